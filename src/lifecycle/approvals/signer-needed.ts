import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { approverOf } from '../policy/policy-in-force.ts';

/**
 * Returns the address whose signature this approval waits for: for a seal the approver that the seal names, otherwise the approver in
 * force, or for a take-over the one that the account has published. null where a person at a terminal decides.
 */
export const signerNeeded = (
  ledger: LedgerReader,
  row: ApprovalRecord,
  context: Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId'>,
): string | null => {
  const plan = readPlan(row);
  const signed = signedAs(plan);
  if (signed.kind === 'seal') return signed.policy.approver;
  const approver = approverOf(ledger, row, context);
  return plan.action === 'ledger take-over' ? (approver ?? plan.subject.approver ?? null) : approver;
};
