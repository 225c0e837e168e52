import { approvalMessage } from '../../domain/approval/approval-message.ts';
import { policyDigest } from '../../domain/approval/policy-seal.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { storedLimits, storedTasks } from '../../domain/limits/stored-limits.ts';
import type { PolicySubject } from '../../domain/plan/kinds/set-policy.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { consumeApproval, requestApproval } from '../approvals/approvals.ts';
import { policyInForce, readPolicy } from '../policy/policy-in-force.ts';
import { settleHead } from '../trail/settle-head.ts';
import type { ApproverPlan } from './plan-approver.ts';
import { putPolicyRow } from './put-policy-row.ts';

/**
 * Asks for the seal by which the new approver comes into force; its signature also proves that somebody has the key. Returns the id of that
 * approval; null where nothing waits, because the approver is unchanged or was removed.
 */
export const setApprover = async (context: ChangeContext, plan: ApproverPlan): Promise<string | null> => {
  const { to, changed } = plan.subject;
  if (!changed) return null;
  if (to === null) return removeApprover(context, plan);
  const seal = await sealPlan(context, plan, to);
  return (await requestApproval(context, seal, seal.id)).id;
};

const sealPlan = async (context: ChangeContext, { subject: { account }, approval }: ApproverPlan, to: string) => {
  const before = await readPolicy(context, account);
  const acknowledged = before.acknowledgedBalance ?? (await (await context.cloud()).accounts.balance(account)).credits;
  const subject: PolicySubject = {
    account,
    version: before.next,
    limits: storedLimits(before.limits),
    tasks: storedTasks(before.tasks),
    ...(Object.keys(before.agents).length === 0 ? {} : { agents: before.agents }),
    reauthorise: false,
    authorisedAt: before.authorisedAt,
    acknowledgedBalance: String(acknowledged),
    approver: to,
    previous: policyDigest(before.row),
    thawed: before.thawedUpTo,
    change: approval,
    lowers: false,
  };
  const terms = { network: context.network, payer: account, action: 'policy approver seal', ...subject };
  return makePlan(context.clock.now(), {
    action: 'policy approver seal',
    terms,
    subject,
    verdict: 'approve',
    failing: [],
    summary: `Seal the policy of ${account} as its approver ${to}.`,
  });
};

/**
 * Refuses to remove the approver while the policy is not what the approver sealed: only sealed limits may go on in force without an
 * approver, never what somebody wrote over them.
 */
const unsealed = (why: string): Failure =>
  new Failure('POLICY_UNSEALED', why, {
    fix: human('Let the approver seal what is to hold, then remove it.', 'policy set', { reauthorise: true }),
  });

const removeApprover = async (context: ChangeContext, plan: ApproverPlan): Promise<null> => {
  const { account, from } = plan.subject;
  const scope = { account, network: context.network };
  const ledger = await context.ledger();
  await readPolicy(context, account);
  ledger.write('policy.set', (transaction) => {
    const before = policyInForce(transaction, scope, context);
    if (before.approver !== from || plan.approval === null) {
      throw new Failure('PLAN_MOVED', 'The approver is another one by now, or has not agreed.');
    }
    if (before.unsealed !== null) throw unsealed(before.unsealed);
    const agreed = transaction.approval(plan.approval);
    consumeApproval(context, transaction, plan, { id: `policy ${before.next}`, account });
    const row: PolicyRecord = {
      ...before.row,
      version: before.next,
      limits: before.limits,
      tasks: before.tasks,
      agents: before.agents,
      overlay: {},
      overlayTasks: {},
      overlayAgents: {},
      setAt: context.clock.now(),
      setBy: 'approver',
      approver: null,
      seal: null,
    };
    const signature = agreed?.signature ?? null;
    const change =
      agreed === null || signature === null ? null : { message: approvalMessage(agreed).message, signature, networkId: agreed.networkId };
    putPolicyRow(context, transaction, row, { change });
  });
  await settleHead(context, account);
  return null;
};
