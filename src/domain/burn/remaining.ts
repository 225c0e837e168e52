import type { Limits } from '../limits/limits.ts';
import { countersOf } from './counters.ts';
import type { AccountFigures, AccountRows } from './exposure.ts';
import { taskSpend } from './task-budget.ts';

/** How much of a limit is used, credits; `left` is never below nothing. */
export interface Remaining {
  limit: bigint;
  used: bigint;
  left: bigint;
}

/** What the policy still lets an account spend: today, until a person authorises again, and for each task that has a budget. */
export interface RemainingLimits {
  today: Remaining;
  total: Remaining;
  tasks: readonly (Remaining & { task: string })[];
}

const remaining = (limit: bigint, used: bigint): Remaining => ({ limit, used, left: used < limit ? limit - used : 0n });

interface Allowed {
  limits: Limits;
  tasks: Readonly<Record<string, bigint>>;
  /** Ms. */
  authorisedAt: number;
}

/**
 * What is left of the limits of spending, by the figures by which the judge decides: what live VMs may still cost until their expiry counts
 * as used. `rows` and `figures` belong to one account on one network.
 */
export const remainingLimits = (rows: AccountRows, figures: AccountFigures, policy: Allowed, now: number): RemainingLimits => {
  const { exposures, spentToday, spentSinceAuthorised } = countersOf(rows, figures, policy.authorisedAt, now);
  return {
    today: remaining(policy.limits.maxDayCredits, spentToday),
    total: remaining(policy.limits.maxTotalCredits, spentSinceAuthorised),
    tasks: Object.entries(policy.tasks)
      .map(([task, budget]) => ({ task, ...remaining(budget, taskSpend(task, rows, exposures)) }))
      .sort((a, b) => (a.task < b.task ? -1 : 1)),
  };
};
