import { Failure } from '../../domain/failure/failure.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import { paymentOf } from './payment-of.ts';

/**
 * The audit trail has the hash of what was signed, and the signed bytes say everything else: a row that tells anything other than its bytes,
 * or has other bytes, is believed in nothing. `LEDGER_UNREADABLE`.
 */
export const requireUntouched = async (context: ReadContext, operation: OperationRecord): Promise<void> => {
  const [begun] = (await context.ledger()).effects({ operation: operation.id, point: 'topup.begin' });
  const { transaction, subject } = topUpOf(operation);
  const facts = begun === undefined ? null : factsOf('topup.begin', begun);
  const recorded =
    facts?.transaction === transaction.hash &&
    facts.chainId === subject.chainId &&
    facts.networkId === subject.networkId &&
    String(facts.rpcs ?? subject.rpcs) === String(subject.rpcs) &&
    begun?.account === operation.account &&
    begun.network === operation.network;
  const payment = { ...paymentOf(subject), from: operation.account };
  if (recorded && (await (await context.evm()).makes(payment, transaction)) && subject.account === operation.account) return;
  throw untrue(operation);
};

export const untrue = ({ id }: Pick<OperationRecord, 'id'>): Failure =>
  new Failure('LEDGER_UNREADABLE', `The top-up ${id} is not the one of the audit trail: nothing of it is sent.`, {
    facts: { operation: id },
  });
