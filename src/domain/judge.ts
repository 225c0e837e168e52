import { type Counters, countersOf } from './counters.ts';
import { formatDuration } from './duration.ts';
import type { AccountFigures, AccountRows } from './exposure.ts';
import { byGravity } from './gravity.ts';
import { type JudgedCheck, judged } from './judged-check.ts';
import { ceilingChecks, consentCheck, guardCheck, sizeChecks, spendChecks, type VmOrder } from './limit-checks.ts';
import { creditsOver, usd, usdPerHour } from './money.ts';
import type { Verdict } from './plan.ts';
import type { Limits } from './policy.ts';
import { type Reserve, reserveFor } from './reserve.ts';
import { type PolicyStanding, standingChecks } from './standing-checks.ts';
import { waitChecks } from './wait-checks.ts';

/** Everything that the verdict on a new VM depends on. `rows` and `figures` are of one account on one network. */
export interface Case {
  order: VmOrder;
  policy: PolicyStanding & { limits: Limits; authorisedAt: number; acknowledgedBalance: bigint | null };
  rows: AccountRows;
  figures: AccountFigures;
  now: number;
  /** A person has approved this very plan. */
  approved?: boolean;
  /** An envelope that was approved before covers it: that answers the threshold, and nothing else. */
  enveloped?: boolean;
}

export interface Judgement {
  verdict: Verdict;
  /** All that was checked. */
  checks: JudgedCheck[];
  /** What failed, gravest first. */
  failing: JudgedCheck[];
  /** Whole cost of the VM from creation to expiry, credits. */
  most: bigint;
  reserve: Reserve;
  cost: { usdPerHour: string; mostUsd: string; reserveUsd: string };
  counters: Counters;
}

export const reserveCheck = (
  { available, required, day }: Reserve,
  { computeUnits, ttlSeconds }: Pick<VmOrder, 'computeUnits' | 'ttlSeconds'>,
): JudgedCheck =>
  judged(
    'CREDIT_RESERVE_SHORT',
    available >= required,
    usd(available),
    usd(required),
    `${computeUnits} CU for ${formatDuration(ttlSeconds)} needs ${usd(required)} USD in the account (24 h reserve ${usd(day)}), ${usd(available)} is there.`,
  );

export const verdictOn = (failing: readonly JudgedCheck[]): Verdict => {
  if (failing.length === 0) return 'allow';
  return failing.every(({ code }) => code === 'APPROVAL_NEEDED') ? 'approve' : 'deny';
};

/**
 * What the policy says to a new VM: one pure function, called for the plan and again, with fresh rows, in the transaction that
 * takes the hold. Every check is made and reported, never only the first (XA-14); approval answers the question and lifts
 * nothing else. `deny` covers what waiting or credits would mend.
 */
export const judge = ({ order, policy, rows, figures, now, approved = false, enveloped = false }: Case): Judgement => {
  const { limits } = policy;
  const counters = countersOf(rows, figures, policy.authorisedAt, now);
  const most = creditsOver(order.rate, order.ttlSeconds);
  const reserve = reserveFor(order, counters.exposures, figures, now);
  const left = figures.balance.credits - counters.outstanding - most;
  const checks = [
    ...standingChecks(policy),
    ...sizeChecks(order, limits, counters.live),
    ...ceilingChecks(order, most),
    ...spendChecks(order, limits, counters, most),
    guardCheck(left, policy.acknowledgedBalance ?? figures.balance.credits, limits.balanceGuardPercent),
    reserveCheck(reserve, order),
    ...waitChecks(counters, limits, now),
    consentCheck(most, limits, approved || enveloped),
  ];
  const failing = byGravity(checks.filter(({ ok }) => !ok));
  return {
    verdict: verdictOn(failing),
    checks,
    failing,
    most,
    reserve,
    cost: { usdPerHour: usdPerHour(order.rate), mostUsd: usd(most), reserveUsd: usd(reserve.required) },
    counters,
  };
};
