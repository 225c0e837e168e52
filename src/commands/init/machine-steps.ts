import * as z from 'zod';
import { timerOutput } from '../../contract/outputs/timer-output.ts';
import type { ClientName } from '../../domain/clients/clients.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { said, trouble } from './said.ts';
import type { Step } from './step.ts';

const yesOrNo = (message: string, about: string) => ({
  message,
  head: ['ANSWER'],
  start: 0,
  choices: [
    { cells: ['yes'], about, gives: { yes: 'yes' } },
    { cells: ['no'], gives: {} },
  ],
});

export const reaperStep: Step = {
  name: 'reaper',
  async look({ call, wish }) {
    const asked = await call('gc status');
    const timer = said(asked, timerOutput);
    if (timer === null) return { done: false, says: trouble(asked) ?? '', orders: [] };
    if (timer.kind !== null) return { done: true, says: `${timer.kind} runs gc on this machine.`, orders: [] };
    return {
      done: false,
      says: 'VMs are ended only by the timers inside them, or by a command.',
      orders: wish.reaper ? [{ command: 'gc install', input: {} }] : [],
      optional: true,
    };
  },
  async ask(_world, asker) {
    const about = 'Every five minutes: a second safeguard beside the timer in each VM.';
    return { reaper: (await asker.choose(yesOrNo('Let this machine end expired VMs by itself?', about))).gives['yes'] === 'yes' };
  },
};

const written = z.object({ action: z.string(), file: z.string() });

export const clientsStep: Step = {
  name: 'clients',
  async look({ call, wish, clients }) {
    if (clients.length === 0) return { done: true, says: 'No client that this tool configures was found on this machine.', orders: [] };
    const looks: { client: ClientName; there: boolean }[] = [];
    for (const client of clients) {
      const file = said(await call('plugin', { client, user: true, dryRun: true }), written);
      looks.push({ client, there: file?.action === 'unchanged' });
    }
    const lacking = looks.filter(({ there }) => !there).map(({ client }) => client);
    return {
      done: lacking.length === 0,
      says: looks.map(({ client, there }) => `${client}: ${there ? 'knows this tool' : 'does not know this tool yet'}`).join('; '),
      orders: lacking
        .filter((client) => wish.clients.includes(client))
        .map((client) => ({ command: 'plugin', input: { client, user: true } })),
      optional: true,
    };
  },
  async ask({ clients }, asker) {
    const chosen: ClientName[] = [];
    for (const client of clients) {
      const about = `It is written into its own configuration; aleph-agent plugin ${client} --user --remove takes it out again.`;
      if ((await asker.choose(yesOrNo(`Tell ${client} of this tool?`, about))).gives['yes'] === 'yes') chosen.push(client);
    }
    return { clients: chosen };
  },
};

const known = z.object({ items: z.array(z.object({ id: z.string() })) });

/** VMs of the earlier tool's inventory, which lives on in the ledger once they are adopted. */
export const earlierVmsStep: Step = {
  name: 'earlierVms',
  async look({ call, wish, earlier, now }) {
    if (earlier.inventory === null) return null;
    if (earlier.vms === null)
      return {
        done: false,
        says: `${earlier.inventory} cannot be read as an inventory; gc lists what is alive.`,
        orders: [],
        optional: true,
      };
    const here = new Set(said(await call('vm ls', { all: true, limit: 1000 }), known)?.items.map(({ id }) => id) ?? []);
    const unknown = earlier.vms.filter(({ id }) => !here.has(shortId(id)));
    const orders = unknown.map(({ id, name, expiresAt }) => {
      const left = expiresAt === null ? 0 : Math.floor((expiresAt - now()) / 60_000);
      return { command: 'vm adopt', input: { hash: id, ...(name === null ? {} : { name }), ...(left > 0 ? { ttl: `${left}m` } : {}) } };
    });
    return {
      done: unknown.length === 0,
      says:
        unknown.length === 0
          ? 'All VMs of the earlier inventory are in the ledger.'
          : `${unknown.length} of ${earlier.vms.length} VMs in ${earlier.inventory} are not in the ledger; those that are gone cannot be adopted.`,
      orders: wish.takeEarlier ? orders : [],
      optional: true,
    };
  },
  async ask({ earlier, wish }, asker) {
    if (wish.takeEarlier || earlier.vms === null) return {};
    const about = 'Each gets an expiry and counts against the limits; the inventory stays as it is.';
    return {
      takeEarlier:
        (await asker.choose(yesOrNo(`Take over the ${earlier.vms.length} VMs of the earlier tool?`, about))).gives['yes'] === 'yes',
    };
  },
};

const planned = z.object({ verdict: z.string(), summary: z.string(), checks: z.array(z.object({ ok: z.boolean(), message: z.string() })) });

export const trialStep: Step = {
  name: 'trial',
  async look({ call }) {
    const trial = { command: 'vm create', input: { cu: 1, ttl: '1h' }, dryRun: true };
    const asked = await call(trial.command, trial.input, true);
    const plan = said(asked, planned);
    if (plan === null) return { done: false, says: trouble(asked) ?? '', orders: [], show: trial };
    const why = plan.checks
      .filter(({ ok }) => !ok)
      .map(({ message }) => message)
      .join(' ');
    return {
      done: plan.verdict === 'allow',
      says: plan.verdict === 'allow' ? `${plan.summary}: it may be made unasked.` : `${plan.verdict}: ${why}`,
      orders: [],
      show: trial,
    };
  },
};
