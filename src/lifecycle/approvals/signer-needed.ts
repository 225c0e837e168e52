import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { approverOf } from '../policy/policy-in-force.ts';

/**
 * Returns the address whose signature this approval waits for: for a seal the approver that the seal names, otherwise the approver in
 * force. null where a person at a terminal decides.
 */
export const signerNeeded = (
  ledger: LedgerReader,
  row: ApprovalRecord,
  context: Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId'>,
): string | null => {
  const signed = signedAs(readPlan(row));
  return signed.kind === 'seal' ? signed.policy.approver : approverOf(ledger, row, context);
};
