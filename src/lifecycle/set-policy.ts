import { Failure } from '../domain/failure.ts';
import type { PolicyRecord } from '../domain/ledger-records.ts';
import type { Plan } from '../domain/plan.ts';
import { defaultLimits, type Limits } from '../domain/policy.ts';
import type { ChangeContext } from '../ports/context.ts';
import { consumeApproval } from './approvals.ts';
import type { PolicySubject } from './plan-policy.ts';
import { policyInForce } from './policy-in-force.ts';

/** Puts planned limits in force, if the policy is still the one that the plan was made from (`PLAN_MOVED`). */
export const setPolicy = async (context: ChangeContext, plan: Plan<PolicySubject>): Promise<PolicyRecord> => {
  const { account, version, reauthorise } = plan.subject;
  const balance = reauthorise ? (await (await context.cloud()).balance(account)).credits : null;
  const ledger = await context.ledger();
  return ledger.write('policy.set', (transaction) => {
    const before = policyInForce(transaction, { account, network: context.network });
    if (before.version !== version - 1) {
      throw new Failure('PLAN_MOVED', `The policy is at version ${before.version} by now; the plan was made from ${version - 1}.`);
    }
    consumeApproval(context, transaction, plan, `policy ${version}`);
    const now = context.clock.now();
    const row: PolicyRecord = {
      ...before,
      version,
      limits: readLimits(plan.subject.limits),
      authorisedAt: reauthorise ? now : before.authorisedAt,
      acknowledgedBalance: balance ?? before.acknowledgedBalance,
      setAt: now,
      setBy: plan.verdict === 'approve' ? 'person' : 'agent',
    };
    transaction.putPolicy(row);
    transaction.recordEffect({
      at: now,
      point: 'policy.set',
      network: context.network,
      account,
      task: context.caller.task,
      operation: null,
      vm: null,
      outcome: row.setBy,
      credits: null,
      latencyMs: null,
      facts: { version, limits: plan.subject.limits },
    });
    return row;
  });
};

const readLimits = (stored: Partial<Record<keyof Limits, string>>): Limits =>
  Object.fromEntries(
    Object.entries(defaultLimits).map(([key, value]) => {
      const text = stored[key as keyof Limits];
      if (text === undefined) return [key, value];
      return [key, typeof value === 'bigint' ? BigInt(text) : Number(text)];
    }),
  ) as unknown as Limits;
