import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { isShownTo } from '../caller/callers-rows.ts';
import { recordApproval } from './record-approval.ts';

/** Denies an approval, or an envelope, that is pending, or granted and not used up. Anybody may say no. */
export const denyApproval = async (context: ChangeContext, id: string): Promise<{ row: ApprovalRecord; changed: boolean }> => {
  const ledger = await context.ledger();
  return ledger.write('approval.deny', (transaction) => {
    const row = transaction.approval(id);
    if (row === null || row.network !== context.network || !isShownTo(row, context)) {
      throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`, { facts: { approval: id } });
    }
    if (row.state !== 'pending' && row.state !== 'granted') return { row, changed: false };
    const denied: ApprovalRecord = { ...row, state: 'denied', decidedAt: context.clock.now() };
    transaction.updateApproval(id, denied);
    recordApproval(context, transaction, 'approval.deny', denied, 'denied');
    return { row: denied, changed: true };
  });
};
