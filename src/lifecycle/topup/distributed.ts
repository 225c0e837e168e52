import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Purchase } from '../../ports/network/accounts.ts';

/**
 * What the CCN hosts tell of credits for transactions. `shown`: two hosts (or the only one) show the same distribution. `none`: two answered,
 * and nobody shows any. `doubtful`: everything else.
 */
export type Distributed = (Purchase & { kind: 'shown'; operation: OperationRecord }) | { kind: 'none' } | { kind: 'doubtful' };

/** Asks for the credits of top-ups whose transactions have the same nonce. */
export const distributed = async (context: Pick<ReadContext, 'cloud'>, operations: readonly OperationRecord[]): Promise<Distributed> => {
  const told = await Promise.all(operations.map((operation) => distributedFor(context, operation)));
  return told.find(({ kind }) => kind === 'shown') ?? told.find(({ kind }) => kind === 'doubtful') ?? { kind: 'none' };
};

const distributedFor = async (context: Pick<ReadContext, 'cloud'>, operation: OperationRecord): Promise<Distributed> => {
  const { accounts, hosts } = await context.cloud();
  const needed = Math.min(2, hosts.length);
  const copies = await accounts.purchases(operation.account, topUpOf(operation).transaction.hash);
  const heard = copies.flatMap(({ rows }) => (rows === null ? [] : [byPost(rows)]));
  const row = heard
    .flat()
    .find(
      ({ post, credits }) => heard.filter((rows) => rows.some((each) => each.post === post && each.credits === credits)).length >= needed,
    );
  if (row !== undefined) return { kind: 'shown', operation, ...row };
  return { kind: heard.length >= needed && heard.flat().length === 0 ? 'none' : 'doubtful' };
};

/** One distribution may give its credits in several rows. */
const byPost = (rows: readonly Purchase[]): Purchase[] => {
  const sums = new Map<string, bigint>();
  for (const { post, credits } of rows) sums.set(post, (sums.get(post) ?? 0n) + credits);
  return [...sums].map(([post, credits]) => ({ post, credits }));
};
