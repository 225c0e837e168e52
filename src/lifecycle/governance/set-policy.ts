import { Failure } from '../../domain/failure/failure.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import type { Limits } from '../../domain/limits/policy.ts';
import { readLimits, readTasks } from '../../domain/limits/stored-limits.ts';
import { tightened, tighterTasks } from '../../domain/limits/tightened.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { type PolicyInForce, policyInForce, readPolicy } from '../policy/policy-in-force.ts';
import { settleHead } from '../trail/publish-audit-head.ts';
import type { PolicyPlan } from './plan-policy.ts';
import { putPolicyRow } from './put-policy-row.ts';

/** Puts planned limits and budgets in force, if the policy is still the one that the plan was made from (`PLAN_MOVED`). */
export const setPolicy = async (context: ChangeContext, plan: PolicyPlan): Promise<PolicyInForce> => {
  const { account, version, reauthorise, lowers } = plan.subject;
  const scope = { account, network: context.network };
  const balance = reauthorise ? (await (await context.cloud()).accounts.balance(account)).credits : null;
  const ledger = await context.ledger();
  await readPolicy(context, account);
  const inForce = ledger.write('policy.set', (transaction) => {
    const before = policyInForce(transaction, scope, context);
    const from = lowers ? version : version - 1;
    // With an approver a version is put in force by its seal, never by this (install-seal.ts).
    if (before.version !== from || (before.approver !== null && !lowers)) {
      throw new Failure('PLAN_MOVED', `The policy is at version ${before.version} by now; the plan was made from ${from}.`);
    }
    consumeApproval(context, transaction, plan, { id: `policy ${version}`, account });
    const now = context.clock.now();
    const limits = readLimits(plan.subject.limits);
    const tasks = readTasks(plan.subject.tasks);
    const row: PolicyRecord = lowers
      ? {
          ...before.row,
          overlay: { ...before.row.overlay, ...lowered(before.limits, limits) },
          overlayTasks: tighterTasks(before.row.overlayTasks, tasks),
          setAt: now,
        }
      : {
          ...before.row,
          version,
          limits,
          tasks,
          authorisedAt: reauthorise ? now : before.authorisedAt,
          acknowledgedBalance: balance ?? before.acknowledgedBalance,
          setAt: now,
          setBy: plan.verdict === 'approve' ? 'person' : 'agent',
          overlay: {},
          overlayTasks: {},
        };
    // What lies on top of a seal is nobody's but the caller's.
    putPolicyRow(context, transaction, row, lowers ? (context.caller.person ? 'person' : 'agent') : row.setBy);
    return policyInForce(transaction, scope, context);
  });
  await settleHead(context, account);
  return inForce;
};

/** Only what is tighter than what holds: another process may have lowered it further meanwhile. */
const lowered = (holds: Limits, wanted: Limits): Partial<Limits> => {
  const tighter = tightened(holds, wanted);
  return Object.fromEntries(Object.entries(tighter).filter(([key, value]) => value !== holds[key as keyof Limits])) as Partial<Limits>;
};
