import type { HeadRecord } from '../../domain/ledger/ledger-records.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';

interface Scope {
  account: string;
  network: string;
}

interface Marking extends Scope {
  /** The time of the newest head that any host shows, ms: ours has to be later. */
  seenAt?: number;
}

const newId = (context: Pick<ChangeContext, 'random'>): string => Buffer.from(context.random.bytes(16)).toString('hex');

/**
 * Marks the trail's present end as the head to publish, in the transaction that commits money: after a crash the next spend or gc finds the
 * mark and publishes it. The head's time rises with the rows, so that on the network, too, the longer trail is the later one.
 */
export const markHead = (
  context: Pick<ChangeContext, 'clock' | 'random'>,
  transaction: LedgerTransaction,
  marking: Marking,
): HeadRecord => {
  const { account, network, seenAt } = marking;
  const before = transaction.head({ account });
  return put(context, transaction, {
    account,
    network,
    id: before?.id ?? newId(context),
    after: Math.max(before?.at ?? 0, seenAt ?? 0),
    replaces: before?.replaces ?? null,
    confirmedAt: before?.confirmedAt ?? null,
    confirmedRows: before?.confirmedRows ?? 0,
    checkedAt: before?.checkedAt ?? null,
    withdrawnAt: before?.withdrawnAt ?? null,
  });
};

/** Marks the head of a take-over: under a new name that no copy of this ledger has, and later than the head that it replaces. */
export const markTakeOver = (
  context: Pick<ChangeContext, 'clock' | 'random'>,
  transaction: LedgerTransaction,
  { account, network }: Scope,
  replaced: { name: string; at: number },
): HeadRecord =>
  put(context, transaction, {
    account,
    network,
    id: newId(context),
    after: replaced.at,
    replaces: replaced.name,
    // Whoever takes over knows of every head up to the one that is replaced.
    confirmedAt: replaced.at,
    confirmedRows: 0,
    checkedAt: null,
    withdrawnAt: null,
  });

const put = (
  context: Pick<ChangeContext, 'clock'>,
  transaction: LedgerTransaction,
  { after, ...kept }: Omit<HeadRecord, 'rows' | 'head' | 'at' | 'published'> & { after: number },
): HeadRecord => {
  const newest = transaction.effects({ limit: 1 })[0]!;
  const at = Math.max(Math.trunc(context.clock.now()), after + 1);
  const row: HeadRecord = { ...kept, rows: newest.seq, head: newest.hash, at, published: false };
  transaction.putHead(row);
  return row;
};

/**
 * Notes that two hosts show this head, so that what its rows pay for may be sent. false where the head was given up meanwhile: this
 * transaction and `giveUpHead` exclude each other, for all processes of one ledger.
 */
export const confirmHead = (
  { clock }: Pick<ChangeContext, 'clock'>,
  transaction: LedgerTransaction,
  scope: Scope,
  shown: Pick<HeadRecord, 'rows' | 'at'>,
): boolean => {
  const row = transaction.head(scope);
  if (row === null || shown.at <= (row.withdrawnAt ?? 0)) return false;
  const isLast = row.at <= shown.at;
  transaction.putHead({
    ...row,
    published: row.published || isLast,
    replaces: isLast ? null : row.replaces,
    confirmedAt: Math.max(row.confirmedAt ?? 0, shown.at),
    confirmedRows: Math.max(row.confirmedRows, shown.rows),
    checkedAt: clock.now(),
  });
  return true;
};

/** Gives up all heads so far, because nothing is to be paid for on their strength; false where one of them, with the row in it, was confirmed. */
export const giveUpHead = (transaction: LedgerTransaction, scope: Scope, row: number): boolean => {
  const head = transaction.head(scope);
  if (head === null || head.confirmedRows >= row) return false;
  transaction.putHead({ ...head, withdrawnAt: head.at });
  return true;
};
