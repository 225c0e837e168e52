import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import type { Style } from '../../contract/declare/style.ts';
import { instant, money, ofTask, paging } from '../../contract/fields/fields.ts';
import { csv } from '../../contract/outputs/csv.ts';
import { listOf } from '../../contract/outputs/list-of.ts';
import { pageOf } from '../../contract/outputs/page-of.ts';
import { creditHistory } from '../../domain/money/credit-history.ts';
import { usd } from '../../domain/money/money.ts';
import { formatInstant, utcDayStart } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { accountExpenses } from '../../lifecycle/account/account-expenses.ts';
import { vmCalled } from '../../lifecycle/operation/vm-called.ts';

const dayMs = 86_400_000;

const entry = z.object({
  key: z.string().describe('Day, VM, task or row; (other): no VM or task of ours'),
  vm: z.string().nullable(),
  name: z.string().nullable(),
  task: z.string().nullable(),
  usd: money,
  credits: z.string(),
  rows: z.int(),
  lastAt: instant,
});

type Entry = z.output<typeof entry>;

const columns = ['key', 'vm', 'name', 'task', 'usd', 'credits', 'rows', 'lastAt'] as const;

/** The longest bar is the dearest entry; plain signs, which every terminal has. */
const bars = (items: readonly Entry[], style: Style): string[] => {
  const longest = Math.min(40, style.width - 44);
  const most = items.reduce((greatest, item) => (BigInt(item.credits) > greatest ? BigInt(item.credits) : greatest), 1n);
  return items.map(({ credits }) => {
    const amount = BigInt(credits);
    return amount === 0n ? '' : '#'.repeat(Math.max(1, Number((amount * BigInt(longest)) / most)));
  });
};

export default query({
  name: 'credits history',
  summary: 'Where credits went, by day, VM or task',
  audience: 'agent',
  input: z.object({
    by: z.enum(['day', 'vm', 'task', 'row']).default('day').describe('One entry for each'),
    days: z.int().min(1).max(3650).default(30).describe('Up to today, UTC'),
    vm: z.string().optional().describe('Only this VM: name or id'),
    ofTask,
    csv: z.boolean().default(false).describe('All entries as CSV'),
    ...paging,
  }),
  output: listOf(entry, {
    by: z.string(),
    usd: money,
    from: instant,
    stale: z.boolean().describe('The network did not answer: rows that the ledger has'),
  }).extend({
    csv: z.string().nullable().describe('With --csv: all entries, not only this page'),
  }),
  brief: ['items.*.key', 'items.*.name', 'items.*.task', 'items.*.usd', 'count', 'total', 'nextCursor', 'totals', 'csv'],
  failures: ['KEY_MISSING', 'VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [
    { line: 'credits history --days 7', why: 'a bar for each day of a week' },
    { line: 'credits history --by task --csv', why: 'for a spreadsheet' },
  ],
  async run(context, input) {
    const account = context.keys.current(context.network).address;
    const ledger = await context.ledger();
    const scope = { account, network: context.network };
    const only = input.vm === undefined ? null : vmCalled(ledger, scope, input.vm).id;
    const vms = ledger.vms(scope);
    const now = context.clock.now();
    const from = Math.max(0, utcDayStart(now) - (input.days - 1) * dayMs);
    const { rows, stale } = await accountExpenses(context, account, from);
    const taskOf = new Map(vms.map(({ id, task }) => [id, task]));
    const counted = rows
      .filter(({ vm }) => only === null || vm === only)
      .filter(({ vm }) => input.ofTask === undefined || taskOf.get(vm ?? '') === input.ofTask);
    const entries = creditHistory(counted, vms, input.by, now).map(
      (found): Entry => ({
        key: input.by === 'vm' && found.vm !== null ? shortId(found.vm) : found.key,
        vm: found.vm === null ? null : shortId(found.vm),
        name: found.name,
        task: found.task,
        usd: usd(found.credits),
        credits: found.credits.toString(),
        rows: found.rows,
        lastAt: formatInstant(found.at),
      }),
    );
    return {
      ...pageOf(entries, input, ({ key }) => key),
      totals: { by: input.by, usd: usd(counted.reduce((sum, { credits }) => sum + credits, 0n)), from: formatInstant(from), stale },
      csv: input.csv
        ? csv(
            columns,
            entries.map((found) => columns.map((column) => found[column])),
          )
        : null,
    };
  },
  text: (history, style) => {
    if (history.csv !== null) return history.csv;
    const { items, totals } = history;
    const since = `since ${totals.from.slice(0, 10)}${totals.stale ? ' (the network did not answer; newer rows may be missing)' : ''}`;
    if (items.length === 0) return `Nothing was billed ${since}.`;
    const drawn = style.width > 60 ? bars(items, style) : null;
    const named = items.some(({ name }) => name !== null);
    const tasked = items.some(({ task, key }) => task !== null && task !== key);
    const head = [totals.by.toUpperCase(), ...(named ? ['NAME'] : []), ...(tasked ? ['TASK'] : []), 'USD'];
    return [
      style.table(
        drawn === null ? head : [...head, ''],
        items.map((item, place) => [
          totals.by === 'row' ? item.lastAt : item.key,
          ...(named ? [item.name ?? ''] : []),
          ...(tasked ? [item.task ?? ''] : []),
          item.usd,
          ...(drawn === null ? [] : [drawn[place] ?? '']),
        ]),
      ),
      `${totals.usd} USD ${since}.${history.nextCursor === null ? '' : ` Next page: --cursor ${history.nextCursor}`}`,
    ].join('\n');
  },
  next: ({ csv: text, items }) =>
    text !== null || items.length === 0 ? [] : [hint('which VM cost what', 'credits history', { by: 'vm' })],
});
