import { approvalMessage } from '../../domain/approval/approval-message.ts';
import type { SignedChange } from '../../domain/approval/approver-change.ts';
import { policyDigest } from '../../domain/approval/policy-seal.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord, PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { readLimits, readTasks } from '../../domain/limits/stored-limits.ts';
import type { PolicySubject } from '../../domain/plan/kinds/set-policy.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { recordApproval } from '../approvals/record-approval.ts';
import { type PolicyInForce, policyInForce } from '../policy/policy-in-force.ts';
import { putPolicyRow } from './put-policy-row.ts';

/**
 * Puts a sealed policy version in force, and uses the seal's nonce up in the same transaction. `row` carries the verified signature of the
 * seal's approver. `PLAN_MOVED` where the seal does not follow the present version, `SIGNATURE_UNFIT` where its approver is new and the
 * present one has not signed the change, `APPROVAL_EXPIRED` where the nonce was used.
 */
export const installSeal = (context: ChangeContext, transaction: LedgerTransaction, row: ApprovalRecord): ApprovalRecord => {
  const sealed = signedAs(readPlan(row));
  if (sealed.kind !== 'seal') throw notFitting(row.id);
  const subject = sealed.policy;
  const scope = { account: row.account, network: row.network };
  const before = policyInForce(transaction, scope, context);
  if (before.next !== subject.version || policyDigest(before.row) !== subject.previous) {
    throw new Failure('PLAN_MOVED', `The policy is at version ${before.row.version} by now, and not what this seal was to follow.`);
  }
  if (subject.account !== row.account || subject.thawed > before.thawedUpTo) throw notFitting(row.id);
  const change = letIn(context, transaction, before, subject, row.id);
  const now = context.clock.now();
  if (!transaction.useNonce(row.nonce, row.id, now)) {
    throw new Failure('APPROVAL_EXPIRED', `Seal ${row.id} was used already.`, { facts: { approval: row.id } });
  }
  const policy: PolicyRecord = {
    ...scope,
    version: subject.version,
    limits: readLimits(subject.limits),
    tasks: readTasks(subject.tasks),
    agents: subject.agents ?? {},
    authorisedAt: subject.authorisedAt,
    acknowledgedBalance: subject.acknowledgedBalance === null ? null : BigInt(subject.acknowledgedBalance),
    setAt: now,
    setBy: 'approver',
    approver: subject.approver,
    seal: {
      signature: row.signature ?? '',
      nonce: row.nonce,
      issuedAt: row.requestedAt,
      expiresAt: row.expiresAt,
      previous: subject.previous,
      thawed: subject.thawed,
      networkId: row.networkId,
    },
    overlay: {},
    overlayTasks: {},
    overlayAgents: {},
  };
  putPolicyRow(context, transaction, policy, { change });
  const used: ApprovalRecord = { ...row, state: 'used', usedBy: `policy ${subject.version}` };
  transaction.updateApproval(row.id, used);
  recordApproval(context, transaction, 'approval.use', used, 'sealed');
  return used;
};

/**
 * Checks that the seal's approver may seal: the present approver may, any approver where there was none (a person at a terminal asked for
 * that seal), and another one only after the present approver signed the change to it. Returns that signed word; null where none is needed.
 */
const letIn = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  { approver: present, next, account }: PolicyInForce,
  { approver, change }: PolicySubject,
  seal: string,
): SignedChange | null => {
  if (present === null || present === approver) return null;
  const row = change === null ? null : transaction.approval(change);
  if (row === null) throw notFitting(seal);
  const plan = readPlan(row);
  const given = signedAs(plan);
  if (given.kind !== 'change' || given.to !== approver) throw notFitting(seal);
  consumeApproval(context, transaction, { ...plan, approval: row.id }, { id: `policy ${next}`, account });
  return { message: approvalMessage(row).message, signature: row.signature ?? '', networkId: row.networkId };
};

const notFitting = (id: string): Failure =>
  new Failure('SIGNATURE_UNFIT', `Seal ${id} does not fit this policy: the present approver has not given way to the one that signed.`, {
    facts: { approval: id },
  });
