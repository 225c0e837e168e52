import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { makeFreePlan } from '../../domain/plan/make-plan.ts';
import { warnOfNoCarrier } from '../../lifecycle/timers/carried-vms.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { InstalledService } from '../../ports/host/safe-service.ts';
import { lineOf, notesOf, orderOf } from './service-order.ts';
import { pageServed, tlsFields } from './serving.ts';

const input = z.object({
  user: z
    .string()
    .refine((name) => /^[a-z_][a-z0-9_-]{0,30}$/.test(name), 'the name of an OS user, like safe')
    .default('safe')
    .describe('OS user that it runs as, and no agent does; created if missing (Linux)'),
  ...tlsFields,
  dashboard: pageServed,
  credential: z
    .string()
    .regex(/^[^\p{Cc}\\]+$/u, 'a path without control characters and backslashes')
    .optional()
    .describe("File with the key's passphrase; only root needs to read it")
    .meta({ unit: 'FILE' }),
});

/** How long a safe that was started may take to answer, and how often it is asked, ms. */
const answersWithinMs = 20_000;
const askEachMs = 500;

/** Does the service's safe answer? It does so once what an earlier one was killed at is settled, which takes the network. */
const answers = async ({ host, clock }: ChangeContext, { socket }: InstalledService): Promise<boolean> => {
  const until = clock.now() + answersWithinMs;
  while (socket !== null && clock.now() < until) {
    const safe = await host.safe.answering(socket);
    if (safe?.url === socket.url) return true;
    await clock.wait(askEachMs);
  }
  return false;
};

/** What of the program others can change; where it is much, its first. */
const changeable = async ({ host }: Pick<ReadContext, 'host'>): Promise<string | null> => {
  const { writable } = await host.safe.guard();
  const [first] = writable;
  const more = writable.length > 1 ? ` (and ${writable.length - 1} more)` : '';
  return first === undefined
    ? null
    : `${first.path}${more} is part of the program, and ${first.why}: who changes it acts as the safe. Install the program as root.`;
};

export default change({
  name: 'serve install',
  summary: 'Run the safe as a system service under its own user',
  audience: 'owner',
  safety: 'change',
  ofMachine: true,
  settingsOnly: true,
  input,
  output: z.object({
    changed: z.boolean(),
    kind: z.enum(['systemd', 'launchd']),
    file: z.string(),
    user: z.string(),
    url: z.string().nullable().describe('Where agents of this machine come'),
    state: z.string().nullable().describe("The service manager's word"),
    answers: z.boolean(),
    log: z.string(),
    did: z.array(z.string()),
  }),
  failures: ['NO_SERVICE'],
  examples: [
    { line: 'serve install --dry-run', why: 'what it would do, and the whole unit, on any machine' },
    { line: 'serve install', why: 'as root, on a machine with systemd' },
    {
      line: 'serve install --listen 192.0.2.7:8443 --credential /etc/aleph-agent/passphrase',
      why: 'for agents of other machines, with a key that has a passphrase',
    },
  ],
  async first(context, given) {
    await context.host.safeService.check(orderOf(given));
    return false;
  },
  async plan(context, given, digest) {
    const order = orderOf(given);
    const planned = await context.host.safeService.plan(order);
    const open = await changeable(context);
    const isDone = planned.steps.length === 0;
    return makeFreePlan(context.clock.now(), {
      action: 'serve install',
      terms: { network: context.network, action: 'serve install', arguments: digest },
      subject: order,
      summary: isDone
        ? `The safe runs as user ${order.user} by ${planned.kind} already.`
        : `Run the safe as user ${order.user}, by ${planned.kind}.`,
      notes: [...notesOf(planned), ...(open === null ? [] : [open])],
      ...(isDone ? { changesNothing: true } : {}),
    });
  },
  async apply(context, { subject: order }) {
    const { safeService } = context.host;
    const did = await safeService.install(order);
    const service = (await safeService.status())!;
    const isThere = await answers(context, service);
    if (!isThere) context.warn('SAFE_SILENT', `The safe was started and does not answer yet. What it says: ${service.log}`);
    const open = await changeable(context);
    if (open !== null) context.warn('PROGRAM_WRITABLE', open);
    warnOfNoCarrier(context, { live: 0, carried: 0 });
    const { kind, file, socket, state, log } = service;
    return {
      changed: did.length > 0,
      kind,
      file,
      user: order.user,
      url: socket?.url ?? null,
      state,
      answers: isThere,
      log,
      did: did.map(lineOf),
    };
  },
  text: ({ changed, kind, user, url, answers, did, log }, style) =>
    [
      ...did,
      answers
        ? style.good(`The safe ${changed ? 'runs' : 'ran already'} as user ${user}, and takes agents at ${url}.`)
        : style.warn(`${kind} has the safe as user ${user}; it does not answer yet: ${log}`),
      `Act as its owner: sudo -iu ${user} aleph-agent keys create agent, then agents add. A key with a passphrase is opened as it starts.`,
    ].join('\n'),
  next: () => [hint('is it up, and who ends VMs while it is not', 'serve status')],
});
