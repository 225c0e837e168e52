import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { makeFreePlan } from '../../domain/plan/make-plan.ts';
import { lineOf, notesOf } from './service-order.ts';

const stays = (user: string | null): string =>
  `${user === null ? 'Its user' : `User ${user}`} and that home, with key, policy and ledger, stay as they are.`;

export default change({
  name: 'serve uninstall',
  summary: "Remove the safe's system service; user and home stay",
  audience: 'owner',
  safety: 'change',
  ofMachine: true,
  settingsOnly: true,
  input: z.object({}),
  output: z.object({
    removed: z.enum(['systemd', 'launchd']).nullable().describe('null: nothing was installed'),
    user: z.string().nullable().describe('Stays, with its home'),
    did: z.array(z.string()),
  }),
  failures: ['NO_SERVICE'],
  examples: [
    { line: 'serve uninstall --dry-run', why: 'what it would do' },
    { line: 'serve uninstall', why: 'as root; agents reach the safe no more' },
  ],
  async first(context) {
    await context.host.safeService.checkRemoval();
    return false;
  },
  async plan(context, _given, digest) {
    const { safeService } = context.host;
    const [planned, service] = await Promise.all([safeService.planRemoval(), safeService.status()]);
    const isGone = planned.steps.length === 0;
    return makeFreePlan(context.clock.now(), {
      action: 'serve uninstall',
      terms: { network: context.network, action: 'serve uninstall', arguments: digest },
      subject: { user: service?.user ?? null },
      summary: isGone ? 'No safe is installed as a service here.' : 'Stop the safe, and take its unit away.',
      notes: [
        ...notesOf(planned),
        ...(isGone ? [] : ['Agents are refused then, and their VMs end by a carrier, their own timer or the balance alone.']),
        ...(isGone ? [] : [stays(service?.user ?? null)]),
      ],
      ...(isGone ? { changesNothing: true } : {}),
    });
  },
  async apply(context, { subject: { user } }) {
    const { safeService } = context.host;
    const kind = (await safeService.status())?.kind ?? null;
    const did = await safeService.uninstall();
    return { removed: did.length === 0 ? null : kind, user, did: did.map(lineOf) };
  },
  text: ({ removed, user, did }, style) =>
    [...did, removed === null ? 'Nothing was installed.' : style.good(`The safe is run by ${removed} no more. ${stays(user)}`)].join('\n'),
  next: () => [hint('does one answer all the same', 'serve status')],
});
