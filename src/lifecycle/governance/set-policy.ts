import { type Slices, tighterSlices } from '../../domain/agents/slice.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import type { Limits } from '../../domain/limits/limits.ts';
import { readLimits, readTasks } from '../../domain/limits/stored-limits.ts';
import { tightened, tighterTasks } from '../../domain/limits/tightened.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { type PolicyInForce, policyInForce, readPolicy } from '../policy/policy-in-force.ts';
import { settleHead } from '../trail/settle-head.ts';
import type { PolicyPlan } from './plan-policy.ts';
import { putPolicyRow } from './put-policy-row.ts';

/** Puts planned limits and budgets in force. `PLAN_MOVED` where the policy is no longer the version that the plan was made from. */
export const setPolicy = async (context: ChangeContext, plan: PolicyPlan): Promise<PolicyInForce> => {
  const { account, version, reauthorise, lowers } = plan.subject;
  const scope = { account, network: context.network };
  const balance = reauthorise ? (await (await context.cloud()).accounts.balance(account)).credits : null;
  const ledger = await context.ledger();
  await readPolicy(context, account);
  const inForce = ledger.write('policy.set', (transaction) => {
    const before = policyInForce(transaction, scope, context);
    // Where there is an approver, only its seal puts a new version in force (install-seal.ts), never this call.
    if ((lowers ? before.version : before.next) !== version || (before.approver !== null && !lowers)) {
      throw new Failure('PLAN_MOVED', `The policy is at version ${before.version} by now; the plan was made for ${version}.`);
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
          overlayAgents: narrowed(before, plan.subject.agents ?? {}),
          setAt: now,
        }
      : {
          ...before.row,
          version,
          limits,
          tasks,
          agents: plan.subject.agents ?? {},
          authorisedAt: reauthorise ? now : before.authorisedAt,
          acknowledgedBalance: balance ?? before.acknowledgedBalance,
          setAt: now,
          setBy: plan.verdict === 'approve' ? 'person' : 'agent',
          overlay: {},
          overlayTasks: {},
          overlayAgents: {},
        };
    // The approver sealed the version and not the overlay, so the audit row names the caller as the overlay's author.
    putPolicyRow(context, transaction, row, { by: lowers ? (context.caller.person ? 'person' : 'agent') : row.setBy });
    return policyInForce(transaction, scope, context);
  });
  await settleHead(context, account);
  return inForce;
};

/** The slices as narrow as wished: another process may have narrowed them further meanwhile. */
const narrowed = ({ agents, row }: PolicyInForce, wanted: Slices): Slices => {
  const changed = Object.entries(tighterSlices(agents, wanted)).filter(([name]) => Object.hasOwn(wanted, name));
  return { ...row.overlayAgents, ...Object.fromEntries(changed) };
};

/** Keeps the wished limits that are tighter than those in force: another process may have lowered them further meanwhile. */
const lowered = (holds: Limits, wanted: Limits): Partial<Limits> => {
  const tighter = tightened(holds, wanted);
  return Object.fromEntries(Object.entries(tighter).filter(([key, value]) => value !== holds[key as keyof Limits])) as Partial<Limits>;
};
