import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import type { Style } from '../../contract/declare/style.ts';
import { instant, money, paging } from '../../contract/fields/fields.ts';
import { listOf } from '../../contract/outputs/list-of.ts';
import { pageOf } from '../../contract/outputs/page-of.ts';
import { toVmOutput, vmOutput } from '../../contract/outputs/vm-output.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { accountFigures } from '../../lifecycle/account/account-figures.ts';
import { healthAlerts } from '../../lifecycle/alerts/health-alerts.ts';
import { warnRemoving } from '../../lifecycle/alerts/removing-alerts.ts';
import { accountInUse } from '../../lifecycle/operation/account-in-use.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { warnExpired } from '../../lifecycle/timers/warn-expired.ts';
import { seeVms } from '../../lifecycle/view/list-vms.ts';

export default query({
  name: 'vm ls',
  summary: 'List VMs',
  audience: 'agent',
  watch: true,
  input: z.object({
    all: z.boolean().default(false).describe('Also those that are gone'),
    task: z.string().optional().describe('Only those of this task'),
    offline: z.boolean().default(false).describe('The ledger alone'),
    ...paging,
  }),
  output: listOf(
    vmOutput.extend({
      onNetwork: z.boolean().nullable().describe('Listed alive; null: no answer'),
      onNode: z.enum(['absent', 'preparing', 'running', 'stopped', 'unreachable']).nullable(),
      removing: z.boolean().nullable().describe('The network is about to remove it for want of credits'),
      stale: z.boolean().describe("The ledger's word alone"),
    }),
    { live: z.int(), usdPerHour: money, runwaySeconds: z.int().nullable(), asOf: instant.nullable() },
  ),
  brief: [
    'items.*.id',
    'items.*.name',
    'items.*.state',
    'items.*.usdPerHour',
    'items.*.expiresAt',
    'items.*.node',
    'count',
    'total',
    'nextCursor',
    'totals',
  ],
  failures: [],
  examples: [
    { line: 'vm ls', why: 'what runs, and what it costs' },
    { line: 'vm ls --offline', why: 'without the network' },
    { line: 'vm ls --all --full', why: 'everything there ever was' },
  ],
  async run(context, input) {
    const ledger = await context.ledger();
    const rows = ledger
      .vms({ network: context.network })
      .filter((vm) => (input.all || vm.state !== 'terminated') && (input.task === undefined || vm.task === input.task));
    const live = rows.filter((vm) => liveStates.includes(vm.state));
    const burn = live.reduce((sum, vm) => sum.plus(vm.rate), new Exact(0));
    const page = pageOf(rows, input, (vm) => vm.id);
    const account = accountInUse(context);
    const [seen, figures] = await Promise.all([
      seeVms(context, page.items, input.offline),
      account === null ? null : accountFigures(context, account, input.offline),
    ]);
    warnExpired(context, page.items, new Set(seen.rows.flatMap(({ vm, onNetwork }) => (onNetwork === false ? [vm.id] : []))));
    const answered = seen.rows.filter(({ removing }) => removing !== null);
    const removing = answered.filter((row) => row.removing).map(({ vm }) => vm.id);
    await warnRemoving(
      context,
      answered.map(({ vm }) => vm),
      removing,
    );
    for (const { code, message } of healthAlerts(ledger, page.items, context.clock.now())) context.warn(code, message);
    if (seen.strays.length > 0) {
      context.warn(
        'STRAY_VMS',
        `${seen.strays.length} VMs of ours burn that the ledger does not know: run "${commandLine('gc', { execute: true })}".`,
      );
    }
    return {
      ...page,
      items: seen.rows.map(({ vm, ...words }) => ({ ...toVmOutput(vm, enforcementOf(ledger, vm, context.clock.now())), ...words })),
      totals: {
        live: live.length,
        usdPerHour: usdPerHour(burn),
        runwaySeconds: figures?.runwaySeconds ?? null,
        asOf: figures === null ? null : formatInstant(figures.at),
      },
    };
  },
  text: ({ items, totals }, style) =>
    items.length === 0
      ? 'No VMs.'
      : [
          style.table(
            ['NAME', 'ID', 'STATE', 'USD/H', 'EXPIRES', 'NODE'],
            items.map((vm) => [vm.name, vm.id, stateOf(vm, style), vm.usdPerHour, vm.expiresAt, vm.node]),
          ),
          [
            `${totals.live} live, ${totals.usdPerHour} USD/h`,
            totals.runwaySeconds === null ? null : `lasts ${Math.floor(totals.runwaySeconds / 3600)} h`,
            totals.asOf === null ? null : `as of ${totals.asOf}`,
          ]
            .filter((part) => part !== null)
            .join(', '),
        ].join('\n'),
  next: ({ items }) =>
    items.length === 0 ? [hint('plan one', 'vm create', { dryRun: true })] : [hint('one of them in full', 'vm show', items[0]!.name)],
});

const stateOf = ({ state, stale, removing }: { state: string; stale: boolean; removing: boolean | null }, style: Style): string => {
  if (removing === true) return style.bad(`${state}, removing`);
  return stale ? style.dim(`${state}?`) : state;
};
