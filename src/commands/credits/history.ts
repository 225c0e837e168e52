import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import type { Style } from '../../contract/declare/style.ts';
import { instant, money, ofTask, paging } from '../../contract/fields/fields.ts';
import {
  distributionOutput,
  lotOutput,
  movementTables,
  toDistributionOutput,
  toLotOutput,
  toTransferOutput,
  transferOutput,
} from '../../contract/outputs/credits/movement-output.ts';
import { topUpOutput, topUpTable, toTopUpOutput } from '../../contract/outputs/credits/top-up-output.ts';
import { csv } from '../../contract/outputs/csv.ts';
import { listOf } from '../../contract/outputs/list-of.ts';
import { pageOf } from '../../contract/outputs/page-of.ts';
import { otherPayer } from '../../domain/ledger/vm-record.ts';
import { creditHistory } from '../../domain/money/credit-history.ts';
import { usd } from '../../domain/money/money.ts';
import { formatInstant, utcDayStart } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { accountHistory } from '../../lifecycle/account/account-history.ts';
import { payerIn } from '../../lifecycle/account/account-rows.ts';
import { shownTo } from '../../lifecycle/caller/callers-rows.ts';
import { vmCalled } from '../../lifecycle/caller/vm-called.ts';
import { payerOf } from '../../lifecycle/operation/payer-of.ts';
import { topUpsHere } from '../../lifecycle/topup/top-ups-here.ts';

const dayMs = 86_400_000;
/** Movements of credits are few; of a crowd the newest are shown. */
const mostMovements = 50;

const entry = z.object({
  key: z
    .string()
    .describe('Day, VM, task, agent, counterparty or row; (other): no VM or task of ours, (owner): no agent, (bought): no counterparty'),
  vm: z.string().nullable(),
  name: z.string().nullable(),
  task: z.string().nullable(),
  usd: money.describe('What VMs and files cost'),
  credits: z.string(),
  receivedUsd: money.nullable().describe('Bought, or came by transfers; null: the network did not answer'),
  sentUsd: money.nullable().describe('Left by transfers'),
  rows: z.int(),
  lastAt: instant,
});

type Entry = z.output<typeof entry>;

interface Shown {
  items: readonly Entry[];
  totals: { by: string; usd: string; boughtUsd: string | null; receivedUsd: string | null; sentUsd: string | null };
}

const columns = ['key', 'vm', 'name', 'task', 'usd', 'credits', 'rows', 'lastAt', 'receivedUsd', 'sentUsd'] as const;

/** The longest bar is the dearest entry; plain signs, which every terminal has. */
const bars = (items: readonly Entry[], style: Style): string[] => {
  const longest = Math.min(40, style.width - 44);
  const most = items.reduce((greatest, item) => (BigInt(item.credits) > greatest ? BigInt(item.credits) : greatest), 1n);
  return items.map(({ credits }) => {
    const amount = BigInt(credits);
    return amount === 0n ? '' : '#'.repeat(Math.max(1, Number((amount * BigInt(longest)) / most)));
  });
};

const entryTable = ({ items, totals: { by } }: Shown, style: Style): string => {
  if (by === 'counterparty') {
    const rows = items.map(({ key, receivedUsd, sentUsd }) => [key, receivedUsd ?? '', sentUsd ?? '']);
    return style.table(['COUNTERPARTY', 'RECEIVED', 'SENT'], rows);
  }
  const drawn = style.width > 60 ? bars(items, style) : null;
  const named = items.some(({ name }) => name !== null);
  const tasked = items.some(({ task, key }) => task !== null && task !== key);
  const head = [by.toUpperCase(), ...(named ? ['NAME'] : []), ...(tasked ? ['TASK'] : []), 'USD'];
  return style.table(
    drawn === null ? head : [...head, ''],
    items.map((item, place) => [
      by === 'row' ? item.lastAt : item.key,
      ...(named ? [item.name ?? ''] : []),
      ...(tasked ? [item.task ?? ''] : []),
      item.usd,
      ...(drawn === null ? [] : [drawn[place] ?? '']),
    ]),
  );
};

const sumOf = ({ by, usd: spent, boughtUsd, receivedUsd, sentUsd }: Shown['totals']): string =>
  by === 'counterparty' ? `${boughtUsd} USD bought, ${receivedUsd} received, ${sentUsd} sent` : `${spent} USD`;

export default query({
  name: 'credits history',
  summary: 'Show where credits came from and went',
  audience: 'agent',
  input: z.object({
    by: z.enum(['day', 'vm', 'task', 'agent', 'counterparty', 'row']).default('day').describe('Group by'),
    days: z.int().min(1).max(3650).default(30).describe('How many days, up to today (UTC)'),
    vm: z.string().optional().describe('Only this VM: name or id'),
    ofTask,
    csv: z.boolean().default(false).describe('All entries as CSV'),
    ...paging,
  }),
  output: listOf(entry, {
    by: z.string(),
    usd: money.describe('What VMs and files cost'),
    boughtUsd: money.nullable().describe('null, as the next two: the network did not answer'),
    receivedUsd: money.nullable().describe('Came by transfers'),
    sentUsd: money.nullable().describe('Left by transfers'),
    from: instant,
    stale: z.boolean().describe('The network did not answer: rows that the ledger has'),
    payer: z.string().optional().describe('Who was charged, where that is not the account'),
  }).extend({
    transfers: z.array(transferOutput).describe('Newest first, at most 50; none with --vm or --of-task'),
    distributions: z.array(distributionOutput).describe('Credits that were bought; newest first, at most 50'),
    lots: z.array(lotOutput).describe('What is left now, whenever it came, in the order in which it is used'),
    topUps: z
      .array(topUpOutput)
      .optional()
      .describe('Of this account, without credits: under way, given up, or ended unpaid; absent: none'),
    csv: z.string().nullable().describe('With --csv: all entries, not only this page'),
  }),
  brief: [
    'items.*.key',
    'items.*.name',
    'items.*.task',
    'items.*.usd',
    'items.*.receivedUsd',
    'items.*.sentUsd',
    'count',
    'total',
    'nextCursor',
    'totals',
    'lots',
    'csv',
  ],
  failures: ['KEY_MISSING', 'VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [
    { line: 'credits history --days 7', why: 'a bar for each day of a week' },
    { line: 'credits history --by counterparty', why: 'who sent credits, and who got them' },
    { line: 'credits history --by task --csv', why: 'for a spreadsheet' },
  ],
  async run(context, input) {
    const account = context.keys.current(context.network).address;
    const ledger = await context.ledger();
    const scope = { account, network: context.network, ...shownTo(context) };
    const named = input.vm === undefined ? null : vmCalled(ledger, { ...scope, caller: context.caller }, input.vm);
    const only = named?.id ?? null;
    const payer = named === null ? await payerOf(context, account) : payerIn(ledger, named);
    const vms = ledger.vms(scope);
    const now = context.clock.now();
    const from = Math.max(0, utcDayStart(now) - (input.days - 1) * dayMs);
    const history = await accountHistory(context, payer, from);
    const taskOf = new Map(vms.map(({ id, task }) => [id, task]));
    const expenses = history.expenses
      .filter(({ vm }) => only === null || vm === only)
      .filter(({ vm }) => context.caller.agent === null || vms.some(({ id }) => id === vm))
      .filter(({ vm }) => input.ofTask === undefined || taskOf.get(vm ?? '') === input.ofTask);
    // what came and went belongs to no VM and to no task
    const whole = only === null && input.ofTask === undefined && context.caller.agent === null;
    const movements = whole ? history.movements : [];
    const topUps = topUpsHere(ledger, context, { account })
      .filter(({ state, startedAt }) => state !== 'succeeded' && (startedAt >= from || state === 'running'))
      .toReversed();
    const newest = movements.toReversed();
    const moved = (amount: string): string | null => (history.stale ? null : amount);
    const sum = (amounts: readonly { credits: bigint }[]): string => usd(amounts.reduce((all, { credits }) => all + credits, 0n));
    const transfers = movements.filter(({ kind }) => kind === 'transfer');
    const distributions = movements.filter(({ kind }) => kind === 'distribution');
    const entries = creditHistory({ expenses, movements }, vms, input.by, now).map(
      (found): Entry => ({
        key: input.by === 'vm' && found.vm !== null ? shortId(found.vm) : found.key,
        vm: found.vm === null ? null : shortId(found.vm),
        name: found.name,
        task: found.task,
        usd: usd(found.credits),
        credits: found.credits.toString(),
        receivedUsd: moved(usd(found.received)),
        sentUsd: moved(usd(found.sent)),
        rows: found.rows,
        lastAt: formatInstant(found.at),
      }),
    );
    return {
      ...pageOf(entries, input, ({ key }) => key),
      totals: {
        by: input.by,
        usd: sum(expenses),
        boughtUsd: moved(sum(distributions)),
        receivedUsd: moved(sum(transfers.filter(({ credits }) => credits > 0n))),
        sentUsd: moved(sum(transfers.filter(({ credits }) => credits < 0n).map(({ credits }) => ({ credits: -credits })))),
        from: formatInstant(from),
        stale: history.stale,
        ...otherPayer({ account, payer }),
      },
      transfers: newest
        .filter(({ kind }) => kind === 'transfer')
        .slice(0, mostMovements)
        .map(toTransferOutput),
      distributions: newest
        .filter(({ kind }) => kind === 'distribution')
        .slice(0, mostMovements)
        .map(toDistributionOutput),
      lots: context.caller.agent === null ? history.lots.map(toLotOutput) : [],
      ...(!whole || topUps.length === 0
        ? {}
        : { topUps: topUps.slice(0, mostMovements).map((operation) => toTopUpOutput(ledger, operation)) }),
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
    const { totals } = history;
    const since = `${totals.payer === undefined ? '' : `to ${totals.payer} `}since ${totals.from.slice(0, 10)}${totals.stale ? ' (the network did not answer; newer rows may be missing)' : ''}`;
    const more = history.nextCursor === null ? '' : ` Next page: --cursor ${history.nextCursor}`;
    const nothing = totals.by !== 'counterparty' && /^[0.]+$/.test(totals.usd);
    return [
      ...(nothing ? [`Nothing was billed ${since}.`] : [entryTable(history, style), `${sumOf(totals)} ${since}.${more}`]),
      ...movementTables(history, style),
      topUpTable(history.topUps ?? [], style),
    ]
      .filter((part) => part !== '')
      .join('\n');
  },
  next: ({ csv: text, items }) =>
    text !== null || items.length === 0 ? [] : [hint('which VM cost what', 'credits history', { by: 'vm' })],
});
