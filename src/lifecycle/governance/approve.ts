import { approvalMessage, planDigest } from '../../domain/approval/approval-message.ts';
import type { TypedData } from '../../domain/approval/typed-data.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { grantApproval } from '../approvals/approvals.ts';
import { unlockedApprover } from '../approvals/approver-key.ts';
import { openApproval } from '../approvals/open-approval.ts';
import type { ApproveSubject } from './plan-approve.ts';
import { signApproval } from './sign-approval.ts';

export interface Approved {
  /** The approval's row; null where it is in another home's ledger. */
  row: ApprovalRecord | null;
  approval: string;
  /** The object to sign, where the caller asked to see it. */
  data: TypedData | null;
  /** The signature, where this call made it for another home. */
  signature: string | null;
}

/** What was signed though nobody read it first, on one line: our figures, then what the side that asked says, which nobody checks. */
const unasked = ({ summary, untrustedPurpose }: FreePlan<ApproveSubject>): string => {
  const says = untrustedPurpose === undefined ? '' : ` The agent says: "${untrustedPurpose}".`;
  const line = summary.replaceAll(/\.\n\s*/g, '. ').replaceAll(/\n\s*/g, '; ');
  return `Nobody was asked: ${line.replace(/\.$/, '')}.${says}`;
};

/**
 * Gives an approval in the planned way. The object to sign is built anew from the stored plan, never taken from a text that somebody
 * brought.
 */
export const approve = async (context: ChangeContext, plan: FreePlan<ApproveSubject>, brought: string | undefined): Promise<Approved> => {
  const { subject } = plan;
  if (subject.how === 'request') {
    const { data, approval } = subject;
    if (!context.caller.person) context.warn('SIGNED_UNASKED', unasked(plan));
    const signature = await (await unlockedApprover(context, signerNamed(data))).signTyped(data);
    return { row: null, approval, data: null, signature };
  }
  const { id } = subject;
  const ledger = await context.ledger();
  const open = (): ApprovalRecord => {
    const row = openApproval(ledger, id, { network: context.network, now: context.clock.now() });
    if (planDigest(readPlan(row)) === subject.digest) return row;
    throw new Failure('PLAN_MOVED', `The plan of approval ${id} was changed while it was shown. Nothing was approved.`);
  };
  if (subject.how === 'show') {
    const row = open();
    return { row, approval: id, data: approvalMessage(row), signature: null };
  }
  open();
  if (subject.how === 'signature')
    return { row: await signApproval(context, id, brought ?? ''), approval: id, data: null, signature: null };
  if (subject.how === 'key') {
    const signer = await unlockedApprover(context, subject.signer);
    const signature = await signer.signTyped(approvalMessage(open()));
    return { row: await signApproval(context, id, signature), approval: id, data: null, signature: null };
  }
  if (!context.caller.person) throw new Failure('POLICY_REFUSED', 'An approval is given by a person at a terminal.');
  return { row: await grantApproval(context, id, 'terminal'), approval: id, data: null, signature: null };
};

/** Returns the signer that the object names: a PolicySeal and an ApproverChange do, all others give null. */
const signerNamed = ({ primaryType, message }: TypedData): string | null =>
  (primaryType === 'PolicySeal' ? message['approver'] : primaryType === 'ApproverChange' ? message['from'] : undefined) ?? null;
