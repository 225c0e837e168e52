import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { ofTask, paging } from '../../contract/fields/fields.ts';
import { effectOutput, effectTable, toEffectOutput } from '../../contract/outputs/effect-output.ts';
import { listOf } from '../../contract/outputs/list-of.ts';
import { vmCalled } from '../../lifecycle/caller/vm-called.ts';

export default query({
  name: 'ledger ls',
  summary: 'List the audit trail, newest first: every effect with outcome and cost',
  audience: 'agent',
  input: z.object({
    vm: z.string().optional().describe('Only this VM: name or id'),
    operation: z.string().optional().describe('Only this operation'),
    ofTask,
    limit: paging.limit,
    cursor: z
      .string()
      .regex(/^\d{1,15}$/, 'the nextCursor of the page before')
      .optional()
      .describe('nextCursor of the previous page'),
  }),
  output: listOf(effectOutput, { intact: z.boolean().describe('The hash chain has no gap') }),
  brief: [
    'items.*.seq',
    'items.*.at',
    'items.*.task',
    'items.*.what',
    'items.*.vm',
    'items.*.outcome',
    'items.*.usd',
    'items.*.latencyMs',
    'count',
    'total',
    'nextCursor',
    'totals',
  ],
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [{ line: 'ledger ls --limit 20', why: 'what was done last' }],
  async run(context, input) {
    const ledger = await context.ledger();
    const { network } = context;
    const filter = {
      network,
      ...(input.vm === undefined ? {} : { vm: vmCalled(ledger, context, input.vm).id }),
      ...(input.operation === undefined ? {} : { operation: input.operation }),
    };
    const all = ledger.effects(filter).filter(({ task }) => input.ofTask === undefined || task === input.ofTask);
    const from = input.cursor === undefined ? all : all.filter(({ seq }) => seq < Number(input.cursor));
    const rows = from.slice(0, input.limit);
    return {
      items: rows.map((row) => toEffectOutput(row, row.vm === null ? null : ledger.vm(row.vm))),
      count: rows.length,
      total: all.length,
      nextCursor: from.length > rows.length ? String(rows.at(-1)!.seq) : null,
      totals: { intact: ledger.firstBrokenLink() === null },
    };
  },
  text: ({ items, totals }, style) =>
    [
      effectTable(items, style) || 'The ledger has no rows of this network.',
      totals.intact ? 'The hash chain is whole.' : style.bad('The hash chain is broken: rows were changed or lost.'),
    ].join('\n'),
  next: ({ totals, items }) => {
    if (!totals.intact) return [hint('where it is broken', 'ledger verify')];
    const about = items.find(({ vm }) => vm !== null)?.vm ?? null;
    return about === null ? [] : [hint('one VM in full', 'ledger show', about)];
  },
});
