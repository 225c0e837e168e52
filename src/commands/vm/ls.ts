import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { money, paging } from '../../contract/fields.ts';
import { listOf } from '../../contract/list-of.ts';
import { pageOf } from '../../contract/page-of.ts';
import { toVmOutput, vmOutput } from '../../contract/vm-output.ts';
import { Exact } from '../../domain/exact.ts';
import { usdPerHour } from '../../domain/money.ts';
import { liveStates } from '../../domain/vm-record.ts';

export default query({
  name: 'vm ls',
  summary: 'List VMs',
  input: z.object({
    all: z.boolean().default(false).describe('Also those that are gone'),
    task: z.string().optional().describe('Only those of this task'),
    ...paging,
  }),
  output: listOf(vmOutput, { live: z.int(), usdPerHour: money }),
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
    { line: 'vm ls --all --full', why: 'everything there ever was' },
  ],
  async run(context, input) {
    const ledger = await context.ledger();
    const rows = ledger
      .vms({ network: context.network })
      .filter((vm) => (input.all || vm.state !== 'terminated') && (input.task === undefined || vm.task === input.task));
    const live = rows.filter((vm) => liveStates.includes(vm.state));
    const burn = live.reduce((sum, vm) => sum.plus(vm.rate), new Exact(0));
    const page = pageOf(rows.map(toVmOutput), input, (vm) => vm.itemHash);
    return { ...page, totals: { live: live.length, usdPerHour: usdPerHour(burn) } };
  },
  text: ({ items, totals }, style) =>
    items.length === 0
      ? 'No VMs.'
      : [
          style.table(
            ['NAME', 'ID', 'STATE', 'USD/H', 'EXPIRES', 'NODE'],
            items.map((vm) => [vm.name, vm.id, vm.state, vm.usdPerHour, vm.expiresAt, vm.node]),
          ),
          `${totals.live} live, ${totals.usdPerHour} USD/h`,
        ].join('\n'),
  next: ({ items }) =>
    items.length === 0
      ? [{ command: 'aleph-agent vm create --dry-run', why: 'plan one' }]
      : [{ command: `aleph-agent vm show ${items[0]!.name}`, why: 'one of them in full' }],
});
