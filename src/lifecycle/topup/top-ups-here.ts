import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isHere } from '../policy/signed-approval.ts';

type Rows = Pick<LedgerReader, 'operations' | 'effects'>;

/**
 * The account's top-ups on this very network, the oldest first. By the trail: a devnet that was made anew has the name of the one before, and knows
 * nothing of what was paid for there. Rows of before tell of no network's identity, and count.
 */
export const topUpsHere = (
  rows: Rows,
  context: Pick<ReadContext, 'network' | 'networkId'>,
  { account, state }: { account: string; state?: OperationRecord['state'] },
): OperationRecord[] =>
  rows.operations({ account, network: context.network, kind: 'topup', ...(state === undefined ? {} : { state }) }).filter(({ id }) => {
    const begun = begunBy(rows, id);
    return begun?.networkId === undefined || isHere(begun.networkId, context);
  });

/** What the trail has of a top-up's beginning; null for one that it knows nothing of. */
export const begunBy = (rows: Pick<LedgerReader, 'effects'>, id: string) => {
  const [begun] = rows.effects({ operation: id, point: 'topup.begin' });
  return begun === undefined ? null : factsOf('topup.begin', begun);
};

/** The transaction that paid a top-up, by the trail; null where none is known to. Its tokens are gone, and nothing of it is sent any more. */
export const paidBy = (rows: Pick<LedgerReader, 'effects'>, { id }: Pick<OperationRecord, 'id'>): string | null => {
  const [paid] = rows.effects({ operation: id, point: 'topup.paid' });
  return paid === undefined ? null : factsOf('topup.paid', paid).transaction;
};

export const wasPaid = (rows: Pick<LedgerReader, 'effects'>, operation: Pick<OperationRecord, 'id'>): boolean =>
  paidBy(rows, operation) !== null;

/** The other transactions with this nonce that did not end unpaid: of all of them at most one is ever paid. */
export const siblingsOf = (
  rows: Rows,
  context: Pick<ReadContext, 'network' | 'networkId'>,
  operation: OperationRecord,
): OperationRecord[] => {
  const { transaction, subject } = topUpOf(operation);
  return topUpsHere(rows, context, { account: operation.account }).filter((other) => {
    if (other.id === operation.id || other.state === 'failed') return false;
    const { transaction: its, subject: theirs } = topUpOf(other);
    return its.nonce === transaction.nonce && theirs.chainId === subject.chainId;
  });
};

/** Did it pay, or another one with its nonce, by the trail? Then it only waits for credits, and another top-up may begin. */
export const isPaidFor = (rows: Rows, context: Pick<ReadContext, 'network' | 'networkId'>, operation: OperationRecord): boolean =>
  [operation, ...siblingsOf(rows, context, operation)].some((one) => wasPaid(rows, one));

/** Every transaction that may have paid top-ups of one nonce, by the ledger: their own, and those that were seen to pay. */
export const mayHavePaid = (rows: Rows, operations: readonly OperationRecord[]): string[] =>
  operations.flatMap((one) => [topUpOf(one).transaction.hash, paidBy(rows, one)]).filter((hash) => hash !== null);
