import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { Facts } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';

type Point = 'topup.begin' | 'topup.send' | 'topup.paid' | 'topup.settled';

export const recordTopUp = <At extends Point>(
  context: ChangeContext,
  transaction: LedgerTransaction,
  point: At,
  { id, network, account, task }: Pick<OperationRecord, 'id' | 'network' | 'account' | 'task'>,
  { outcome, credits, facts }: { outcome: string; credits: bigint | null; facts: Facts[At] },
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point,
    network,
    account,
    task,
    operation: id,
    vm: null,
    outcome,
    credits,
    latencyMs: null,
    facts,
  });

/** How a top-up ended: credited by this distribution, or with the proof that its transaction pays nothing. */
export type TopUpEnd = { post: string; credits: bigint } | { failure: FailureCode };

/** Ends the operation, once. */
export const closeTopUp = (context: ChangeContext, transaction: LedgerTransaction, operation: OperationRecord, end: TopUpEnd): void => {
  if (transaction.operation(operation.id)?.state !== 'running') return;
  const failure = 'failure' in end ? end.failure : null;
  const state = failure === null ? 'succeeded' : 'failed';
  transaction.updateOperation(operation.id, { state, endedAt: context.clock.now(), failure });
  // what ended must never be sent: whoever has these bytes can pay with them
  transaction.wipePayment(operation.id);
  const { hash } = topUpOf(operation).transaction;
  recordTopUp(context, transaction, 'topup.settled', operation, {
    outcome: state,
    credits: 'credits' in end ? end.credits : null,
    facts: { transaction: hash, post: 'post' in end ? end.post : null, ...(failure === null ? {} : { reason: failure }) },
  });
};
