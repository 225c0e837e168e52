import type { HeadRecord } from '../../domain/ledger/ledger-records.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';

interface Scope {
  account: string;
  network: string;
}

const newId = (context: Pick<ChangeContext, 'random'>): string => Buffer.from(context.random.bytes(16)).toString('hex');

/**
 * Marks the trail's present end as the head to publish, in the transaction that commits money: after a crash the next spend or gc finds the
 * mark and publishes it. The head's time rises with the rows, so that on the network, too, the longer trail is the later one.
 */
export const markHead = (context: Pick<ChangeContext, 'clock' | 'random'>, transaction: LedgerTransaction, scope: Scope): HeadRecord => {
  const before = transaction.head(scope);
  return put(context, transaction, scope, { id: before?.id ?? newId(context), after: before?.at ?? 0, replaces: before?.replaces ?? null });
};

/** Marks the head of a take-over: under a new name that no copy of this ledger has, and later than the head that it replaces. */
export const markTakeOver = (
  context: Pick<ChangeContext, 'clock' | 'random'>,
  transaction: LedgerTransaction,
  scope: Scope,
  replaced: { name: string; at: number },
): HeadRecord => put(context, transaction, scope, { id: newId(context), after: replaced.at, replaces: replaced.name });

const put = (
  context: Pick<ChangeContext, 'clock'>,
  transaction: LedgerTransaction,
  { account, network }: Scope,
  { id, after, replaces }: { id: string; after: number; replaces: string | null },
): HeadRecord => {
  const newest = transaction.effects({ limit: 1 })[0]!;
  const at = Math.max(Math.trunc(context.clock.now()), after + 1);
  const row: HeadRecord = { account, network, id, rows: newest.seq, head: newest.hash, at, published: false, replaces };
  transaction.putHead(row);
  return row;
};
