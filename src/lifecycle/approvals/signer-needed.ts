import { approvalKind } from '../../domain/approval/approval-message.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { PolicySubject } from '../../domain/plan/policy-subject.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { approverOf } from '../policy/policy-in-force.ts';

/** Whose signature this approval waits for: a seal's is its own approver's; null where a person at a terminal decides. */
export const signerNeeded = (
  ledger: LedgerReader,
  row: ApprovalRecord,
  context: Pick<ReadContext, 'signatures' | 'rootPolicy'>,
): string | null => {
  const plan = row.plan as Plan;
  return approvalKind(plan) === 'seal' ? (plan.subject as PolicySubject).approver : approverOf(ledger, row, context);
};
