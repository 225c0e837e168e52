import { Failure } from '../../domain/failure/failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { ownOf } from './callers-rows.ts';

/**
 * Returns the caller's operation that this request id is bound to; null where it is free, also after a failed operation. `REQUEST_ID_CONFLICT` where
 * that operation was made with other arguments.
 */
export const boundOperation = (
  ledger: Pick<LedgerReader, 'operationByRequest'>,
  context: Pick<ReadContext, 'network' | 'caller'>,
  command: 'vm create' | 'vm extend',
  { account, requestId, argumentsDigest }: Pick<OperationRecord, 'account' | 'requestId' | 'argumentsDigest'>,
): string | null => {
  if (requestId === null) return null;
  const bound = ledger.operationByRequest({ account, network: context.network, ...ownOf(context), command, requestId });
  if (bound === null || bound.state === 'failed') return null;
  if (bound.argumentsDigest === argumentsDigest) return bound.id;
  throw new Failure('REQUEST_ID_CONFLICT', `Request id "${requestId}" made operation ${bound.id} with other arguments.`, {
    facts: { operation: bound.id },
  });
};
