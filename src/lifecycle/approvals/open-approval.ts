import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { stillWaits } from './is-about-gone.ts';
import { ofNetwork } from './of-network.ts';

/** The failure where the policy names an approver: a person's typing decides nothing then. */
export const forApprover = ({ id }: Pick<ApprovalRecord, 'id'>, approver: string): Failure =>
  new Failure(
    'POLICY_REFUSED',
    `Approval ${id} is decided by the signature of the approver ${approver}; what is typed here counts for nothing.`,
    {
      fix: human('The approver signs what this prints, then --signature.', 'approve', id, { show: true }),
      facts: { approval: id, approver },
    },
  );

/** Returns the approval while it can still be decided. `APPROVAL_NOT_FOUND`, `APPROVAL_EXPIRED`. */
export const openApproval = (
  ledger: Pick<LedgerTransaction, 'approval' | 'vm'>,
  id: string,
  { network, now }: { network: string; now: number },
): ApprovalRecord => {
  const row = ofNetwork(ledger.approval(id), network);
  if (row === null) throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`, { facts: { approval: id } });
  if (row.state !== 'pending' || row.expiresAt <= now) {
    const word = row.state === 'pending' ? `expired at ${formatInstant(row.expiresAt)}` : `${row.state} already`;
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is ${word}.`, { facts: { approval: id } });
  }
  if (!stillWaits(ledger, row, now)) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is void: the VM that it is about is gone.`, { facts: { approval: id } });
  }
  return row;
};
