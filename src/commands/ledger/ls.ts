import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { instant, money, paging } from '../../contract/fields.ts';
import { listOf } from '../../contract/list-of.ts';
import { shortId } from '../../contract/vm-output.ts';
import { formatInstant } from '../../domain/instant.ts';
import { usd } from '../../domain/money.ts';

const effect = z.object({
  seq: z.int(),
  at: instant,
  what: z.string(),
  outcome: z.string(),
  vm: z.string().nullable(),
  operation: z.string().nullable(),
  task: z.string().nullable(),
  usd: money.nullable().describe('Held or billed by this effect'),
  latencyMs: z.int().nullable(),
  account: z.string(),
  facts: z.record(z.string(), z.unknown()),
});

export default query({
  name: 'ledger ls',
  summary: 'List the audit trail, newest first: every effect with outcome and cost',
  input: z.object({
    vm: z.string().optional().describe('Only this VM: id, or its first digits'),
    operation: z.string().optional().describe('Only this operation'),
    limit: paging.limit,
    cursor: z.string().regex(/^\d+$/, 'the nextCursor of the page before').optional().describe('nextCursor of the page before'),
  }),
  output: listOf(effect, { intact: z.boolean().describe('The hash chain has no gap') }),
  brief: [
    'items.*.seq',
    'items.*.at',
    'items.*.what',
    'items.*.outcome',
    'items.*.vm',
    'items.*.usd',
    'count',
    'total',
    'nextCursor',
    'totals',
  ],
  failures: [],
  examples: [{ line: 'ledger ls --limit 20', why: 'what was done last' }],
  async run(context, input) {
    const ledger = await context.ledger();
    const vm = input.vm === undefined ? undefined : ledger.vms().find(({ id, name }) => name === input.vm || id.startsWith(input.vm!))?.id;
    const filter = {
      ...(input.vm === undefined ? {} : { vm: vm ?? input.vm }),
      ...(input.operation === undefined ? {} : { operation: input.operation }),
    };
    const all = ledger.effects(filter);
    const from = input.cursor === undefined ? all : all.filter(({ seq }) => seq < Number(input.cursor));
    const rows = from.slice(0, input.limit);
    const items = rows.map((row) => ({
      seq: row.seq,
      at: formatInstant(row.at),
      what: row.point,
      outcome: row.outcome,
      vm: row.vm === null ? null : shortId(row.vm),
      operation: row.operation,
      task: row.task,
      usd: row.credits === null ? null : usd(row.credits),
      latencyMs: row.latencyMs === null ? null : Math.round(row.latencyMs),
      account: row.account,
      facts: row.facts,
    }));
    return {
      items,
      count: items.length,
      total: all.length,
      nextCursor: from.length > rows.length ? String(rows.at(-1)!.seq) : null,
      totals: { intact: ledger.firstBrokenLink() === null },
    };
  },
  text: ({ items, totals }, style) =>
    [
      style.table(
        ['#', 'AT', 'WHAT', 'OUTCOME', 'VM', 'USD'],
        items.map((row) => [String(row.seq), row.at, row.what, row.outcome, row.vm ?? '', row.usd ?? '']),
      ) || 'The ledger is empty.',
      totals.intact ? 'The hash chain is whole.' : style.bad('The hash chain is broken: rows were changed or lost.'),
    ].join('\n'),
});
