import { approvalMessage } from '../../domain/approval/approval-message.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { ReadContext } from '../../ports/context.ts';

/**
 * Tells whether the approval carries what its grant needs. Without an approver that is a person's word at a terminal, which is the row
 * itself. With one it is the approver's signature over the row as it is now: a row that somebody edited, or set to `granted` by hand, has
 * none that fits.
 */
export const isSigned = (row: ApprovalRecord, approver: string | null, context: Pick<ReadContext, 'signatures' | 'networkId'>): boolean => {
  if (approver === null) return true;
  if (row.signature === null || row.nonce === '') return false;
  return isHere(row.networkId, context) && context.signatures.signerOf(approvalMessage(row), row.signature) === approver;
};

/** Tells whether what was signed is of the network at hand: of two devnets, which share a name, only one. Where none answers, nothing is spent. */
export const isHere = (networkId: string, context: Pick<ReadContext, 'networkId'>): boolean =>
  context.networkId === null || context.networkId === networkId;
