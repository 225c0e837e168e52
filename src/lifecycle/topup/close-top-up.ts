import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { abandoned } from '../../domain/plan/kinds/abandon-top-up.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { recordPayment } from '../transfer/record-payment.ts';

/**
 * How a top-up ended: credited by this distribution, with the proof that its transaction pays nothing, or given up by a person. `transaction`: the one
 * that paid.
 */
export type TopUpEnd = { post: string; credits: bigint; transaction: string } | { failure: FailureCode; reason?: typeof abandoned };

/** Ends the operation, once. */
export const closeTopUp = (context: ChangeContext, transaction: LedgerTransaction, operation: OperationRecord, end: TopUpEnd): void => {
  if (transaction.operation(operation.id)?.state !== 'running') return;
  const failure = 'failure' in end ? end.failure : null;
  const state = failure === null ? 'succeeded' : 'failed';
  transaction.updateOperation(operation.id, { state, endedAt: context.clock.now(), failure });
  // what ended must never be sent: whoever has these bytes can pay with them
  transaction.wipePayment(operation.id);
  const { hash } = topUpOf(operation).transaction;
  recordPayment(context, transaction, 'topup.settled', operation, {
    outcome: state,
    credits: 'credits' in end ? end.credits : null,
    facts:
      'post' in end
        ? { transaction: end.transaction, post: end.post }
        : { transaction: hash, post: null, reason: end.reason ?? end.failure },
  });
};
