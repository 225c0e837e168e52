import * as z from 'zod';
import { hint } from '../../contract/declare/hint.ts';
import type { Style } from '../../contract/declare/style.ts';
import { instant, money, ofTask } from '../../contract/fields/fields.ts';
import { list } from '../../contract/outputs/list.ts';
import { toVmOutput, vmOutput } from '../../contract/outputs/vm-output.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { shortAddress } from '../../domain/text/address.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { accountFigures } from '../../lifecycle/account/account-figures.ts';
import { shownTo } from '../../lifecycle/caller/callers-rows.ts';
import { accountInUse } from '../../lifecycle/operation/account-in-use.ts';
import { payerOf } from '../../lifecycle/operation/payer-of.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { asShown } from '../../lifecycle/trail/misrecorded.ts';
import { seeVms } from '../../lifecycle/view/list-vms.ts';
import { warnOfSeen } from '../../lifecycle/view/warn-of-seen.ts';

interface Shown {
  state: string;
  onNode: string | null;
  stale: boolean;
  removing: boolean | null;
}

/** At a glance: what runs, what is on its way, and what nobody reaches. */
const coloured = { healthy: 'good', requested: 'warn', provisioning: 'warn', stopping: 'warn', unreachable: 'bad' } as const;

const stateOf = ({ state, onNode, stale, removing }: Shown, style: Style): string => {
  if (state === 'stopped' && onNode === 'running') return style.bad('stopped, runs');
  if (state === 'dormant') return style.dim('dormant (never ran)');
  if (removing === true) return style.bad(`${state}, removing`);
  if (stale) return style.dim(`${state}?`);
  return state in coloured ? style[coloured[state as keyof typeof coloured]](state) : state;
};

export default list({
  name: 'vm ls',
  summary: 'List VMs',
  audience: 'agent',
  watch: true,
  input: {
    all: z.boolean().default(false).describe('Also VMs that are gone or never ran'),
    ofTask,
    offline: z.boolean().default(false).describe('From the ledger alone'),
  },
  item: vmOutput.extend({
    onNetwork: z.boolean().nullable().describe('Listed alive; null: no answer'),
    onNode: z.enum(['absent', 'preparing', 'running', 'stopped', 'unreachable']).nullable(),
    removing: z.boolean().nullable().describe('The network is about to remove it for want of credits'),
    stale: z.boolean().describe("The ledger's word alone"),
    agent: z.string().optional().describe('Whose it is, where a safe serves agents'),
  }),
  totals: { live: z.int(), usdPerHour: money, runwaySeconds: z.int().nullable(), asOf: instant.nullable() },
  brief: ['id', 'name', 'state', 'usdPerHour', 'expiresAt', 'node', 'payer'],
  failures: [],
  examples: [
    { line: 'vm ls', why: 'what runs, and what it costs' },
    { line: 'vm ls --offline', why: 'without the network' },
    { line: 'vm ls --all --full', why: 'everything there ever was' },
  ],
  async run(context, input, page) {
    const ledger = await context.ledger();
    const rows = ledger
      .vms({ network: context.network, ...shownTo(context), ...(input.all ? {} : { states: liveStates }) })
      .filter((vm) => input.ofTask === undefined || vm.task === input.ofTask);
    const counted = rows.filter((vm) => liveStates.includes(vm.state));
    const shown = page(rows, (vm) => vm.id);
    const account = accountInUse(context);
    const [seen, figures] = await Promise.all([
      seeVms(context, { vms: shown.items, up: counted, offline: input.offline }),
      account === null || context.caller.agent !== null
        ? null
        : payerOf(context, account).then((payer) => accountFigures(context, payer, input.offline)),
    ]);
    await warnOfSeen(context, seen);
    // VMs whose rows say otherwise than the network have no place in the ledger's pages.
    const hidden = seen.misrecorded.map((found) => ({ vm: asShown(found), onNetwork: true, onNode: null, removing: null, stale: false }));
    const beyond = (known: readonly { id: string }[]): number => hidden.filter(({ vm }) => known.every(({ id }) => id !== vm.id)).length;
    const items = [...seen.rows.filter(({ vm }) => hidden.every((one) => one.vm.id !== vm.id)), ...hidden];
    const live = counted.filter(({ id }) => !seen.ends.has(id));
    const burn = live.reduce((sum, vm) => sum.plus(vm.rate), new Exact(0));
    return {
      ...shown,
      count: items.length,
      total: shown.total + beyond(rows),
      items: items.map(({ vm, ...words }) => ({
        ...toVmOutput(vm, enforcementOf(ledger, vm, context.clock.now())),
        ...words,
        ...(vm.agent === null ? {} : { agent: vm.agent }),
      })),
      totals: {
        live: live.length + beyond(live),
        usdPerHour: usdPerHour(burn),
        runwaySeconds: figures?.runwaySeconds ?? null,
        asOf: figures === null ? null : formatInstant(figures.at),
      },
    };
  },
  columns: [
    ['NAME', 'name'],
    ['ID', 'id'],
    ['STATE', stateOf],
    ['USD/H', 'usdPerHour'],
    ['EXPIRES', ({ expiresAt }, style) => style.when(expiresAt)],
    ['NODE', 'node'],
    ['PAYER', ({ payer }) => (payer === undefined ? '' : shortAddress(payer)), 'unlessBare'],
  ],
  goFirst: ['PAYER', 'NODE', 'ID'],
  none: 'No VMs.',
  foot: ({ live, usdPerHour: burn, runwaySeconds, asOf }, style) =>
    [
      `${live} live, ${burn} USD/h`,
      ...(runwaySeconds === null ? [] : [`lasts ${Math.floor(runwaySeconds / 3600)} h`]),
      ...(asOf === null ? [] : [`as of ${style.when(asOf)}`]),
    ].join(', '),
  next: ({ items }) =>
    items.length === 0 ? [hint('plan one', 'vm create', { dryRun: true })] : [hint('one of them in full', 'vm show', items[0]!.name)],
});
