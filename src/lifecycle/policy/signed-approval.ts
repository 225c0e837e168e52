import { approvalMessage } from '../../domain/approval/approval-message.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { ReadContext } from '../../ports/context.ts';

/**
 * Does this row carry what it takes? Without an approver a person's word at a terminal, which is the row itself; with one its signature
 * over what the row says now, made anew: a row that was edited, or set to `granted` by hand, has none.
 */
export const isSigned = (row: ApprovalRecord, approver: string | null, { signatures }: Pick<ReadContext, 'signatures'>): boolean => {
  if (approver === null) return true;
  if (row.signature === null || row.nonce === '') return false;
  return signatures.signerOf(approvalMessage(row), row.signature) === approver;
};
