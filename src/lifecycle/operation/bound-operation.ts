import { Failure } from '../../domain/failure/failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** The operation that this request id names already; other arguments are a conflict, a failed one leaves the id free. */
export const boundOperation = (
  ledger: Pick<LedgerReader, 'operationByRequest'>,
  network: string,
  command: 'vm create' | 'vm extend',
  { account, requestId, argumentsDigest }: Pick<OperationRecord, 'account' | 'requestId' | 'argumentsDigest'>,
): string | null => {
  if (requestId === null) return null;
  const bound = ledger.operationByRequest({ account, network, command, requestId });
  if (bound === null || bound.state === 'failed') return null;
  if (bound.argumentsDigest === argumentsDigest) return bound.id;
  throw new Failure('REQUEST_ID_CONFLICT', `Request id "${requestId}" made operation ${bound.id} with other arguments.`, {
    facts: { operation: bound.id },
  });
};
