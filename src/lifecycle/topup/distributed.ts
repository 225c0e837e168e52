import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Purchase } from '../../ports/network/accounts.ts';

/**
 * What the CCN hosts tell of credits for transactions. `shown`: two hosts (or the only one) show the same distribution. `none`: two answered,
 * and nobody shows any. `doubtful`: everything else.
 */
export type Distributed = (Purchase & { kind: 'shown'; transaction: string }) | { kind: 'none' } | { kind: 'doubtful' };

/** Asks for the credits of a top-up: those of its transaction, and of others that may have paid in its place. */
export const distributed = async (
  context: Pick<ReadContext, 'cloud'>,
  operation: OperationRecord,
  others: readonly string[],
): Promise<Distributed> => {
  const transactions = [...new Set([topUpOf(operation).transaction.hash, ...others])];
  const told = await Promise.all(transactions.map((transaction) => distributedFor(context, operation.account, transaction)));
  return told.find(({ kind }) => kind === 'shown') ?? told.find(({ kind }) => kind === 'doubtful') ?? { kind: 'none' };
};

const distributedFor = async (context: Pick<ReadContext, 'cloud'>, account: string, transaction: string): Promise<Distributed> => {
  const { accounts, hosts } = await context.cloud();
  const needed = Math.min(2, hosts.length);
  const copies = await accounts.purchases(account, transaction);
  const heard = copies.flatMap(({ rows }) => (rows === null ? [] : [byPost(rows)]));
  const row = heard
    .flat()
    .find(
      ({ post, credits }) => heard.filter((rows) => rows.some((each) => each.post === post && each.credits === credits)).length >= needed,
    );
  if (row !== undefined) return { kind: 'shown', transaction, ...row };
  return { kind: heard.length >= needed && heard.flat().length === 0 ? 'none' : 'doubtful' };
};

/** One distribution may give its credits in several rows. */
const byPost = (rows: readonly Purchase[]): Purchase[] => {
  const sums = new Map<string, bigint>();
  for (const { post, credits } of rows) sums.set(post, (sums.get(post) ?? 0n) + credits);
  return [...sums].map(([post, credits]) => ({ post, credits }));
};
