import { Exact } from '../money/exact.ts';
import { creditsOver } from '../money/money.ts';
import type { Plan } from './plan.ts';

/** What a plan buys: a VM's time up to `until` (ms) for so many credits. */
interface BoughtTime {
  credits: bigint;
  until: number;
}

/** The time of a VM that the plan buys when it is applied at `now`; null for a plan that buys none. */
export const boughtTime = (plan: Plan, now: number): BoughtTime | null => {
  if (plan.action === 'vm create' || plan.action === 'vm redeploy') {
    const { rate, ttlSeconds } = plan.subject;
    return { credits: creditsOver(new Exact(rate), ttlSeconds), until: now + ttlSeconds * 1000 };
  }
  if (plan.action !== 'vm extend') return null;
  const { rate, from, to } = plan.subject;
  return { credits: creditsOver(new Exact(rate), new Exact(to.expiresAt - from.expiresAt).div(1000)), until: to.expiresAt };
};
