import { type Counters, countersOf } from '../burn/counters.ts';
import type { AccountFigures, AccountRows } from '../burn/exposure.ts';
import { type Reserve, reserveFor } from '../burn/reserve.ts';
import { taskChecks, taskSpend } from '../burn/task-budget.ts';
import type { FailureCode } from '../failure/failure-codes.ts';
import { bySeverity } from '../failure/severity.ts';
import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import type { Limits } from '../limits/limits.ts';
import { creditsOver, usd, usdPerHour } from '../money/money.ts';
import type { Verdict } from '../plan/plan.ts';
import { formatDuration } from '../text/duration.ts';
import { sendMore } from '../topup/send-more.ts';
import { mendedByCredits } from './lacks-credits.ts';
import {
  bootCheck,
  ceilingChecks,
  consentCheck,
  guardCheck,
  guardedBalance,
  missingCredits,
  placeCheck,
  sizeChecks,
  spendChecks,
  type VmOrder,
} from './limit-checks.ts';
import { type AgentCase, agentChecks, callersCounters, childsEndChecks, forAll, ownerCheck, parentChecks } from './slice-checks.ts';
import { type PolicyStanding, standingChecks } from './standing-checks.ts';
import { waitChecks } from './wait-checks.ts';

/** Everything that the verdict on a new VM depends on. `rows` and `figures` belong to one account on one network. */
export interface Case {
  order: VmOrder;
  policy: PolicyStanding & {
    limits: Limits;
    tasks: Readonly<Record<string, bigint>>;
    authorisedAt: number;
    acknowledgedBalance: bigint | null;
    balanceSettled?: boolean;
    /** Others spend the payer's balance too, so what they have committed is not there to spend. */
    shared?: boolean;
  };
  rows: AccountRows;
  figures: AccountFigures;
  /** Checks that the caller made of the policy and the ledger themselves; they come before the limits. */
  beforehand: readonly JudgedCheck[];
  /** The agent that calls; null: the owner. */
  agent?: AgentCase | null;
  now: number;
  /** A person has approved this very plan. */
  approved?: boolean;
  /** An envelope that was approved earlier covers the VM: that answers the asking threshold, and no other check. */
  enveloped?: boolean;
  /** Whoever is asked can answer with the money itself, so what is lacking is asked for, too. */
  fundable?: boolean;
}

export interface Judgement {
  verdict: Verdict;
  /** Every check that was made, passed or not. */
  checks: JudgedCheck[];
  /** The checks that failed, gravest first. */
  failing: JudgedCheck[];
  /** Whole cost of the VM from creation to expiry, credits. */
  most: bigint;
  reserve: Reserve;
  /** Credits that the account lacks for it, the share that always stays included: now, and where they come as late as an approval lasts. null where no sum is enough. */
  missing: { now: bigint; late: bigint } | null;
  cost: { usdPerHour: string; mostUsd: string; neededUsd: string };
  counters: Counters;
}

export const reserveCheck = (
  { available, required, day }: Reserve,
  { computeUnits, gpu = false, ttlSeconds }: Pick<VmOrder, 'computeUnits' | 'gpu' | 'ttlSeconds'>,
): JudgedCheck => ({
  ...judged(
    'CREDIT_RESERVE_SHORT',
    required <= available,
    usd(required),
    usd(available),
    `${computeUnits} ${gpu ? 'GPU compute units' : 'CU'} for ${formatDuration(ttlSeconds)} needs ${usd(required)} USD in the account (24 h reserve ${usd(day)}), ${usd(available)} is there.`,
  ),
  ...(required <= available ? {} : { fix: sendMore(required - available) }),
});

/** What must come in case the money is the answer: see `Judgement.missing`. */
export const missingFor = (
  policy: Pick<Case['policy'], 'limits' | 'acknowledgedBalance' | 'balanceSettled'>,
  { reserve, left, present }: { reserve: Reserve; left: bigint; present: bigint },
): Judgement['missing'] => {
  const { late } = reserve;
  const percent = policy.limits.balanceGuardPercent;
  const now = missingCredits(policy, { short: reserve.required - reserve.available, left, present, percent });
  const usedUntil = late.required - reserve.required;
  const atLast = missingCredits(policy, { short: late.required - late.available, left: left - usedUntil, present, percent });
  return now === null || atLast === null ? null : { now, late: atLast };
};

/**
 * The checks that an approval answers: the question itself, a price far from the last one, and for a GPU or confidential VM its size and burn, for this plan only
 * (product.md §3).
 */
const answerable: readonly FailureCode[] = ['APPROVAL_NEEDED', 'PRICE_UNUSUAL'];
const answerableSpecial: readonly FailureCode[] = [...answerable, 'SIZE_LIMIT', 'BURN_LIMIT'];

/** The verdict that these checks come to, before or after a person approved. */
export const weigh = (
  made: readonly JudgedCheck[],
  { approved, special = false, fundable = false }: { approved: boolean; special?: boolean | undefined; fundable?: boolean },
): Pick<Judgement, 'verdict' | 'checks' | 'failing'> => {
  const codes = special ? answerableSpecial : answerable;
  const checks = made.map((check) => (approved && codes.includes(check.code) ? { ...check, ok: true } : check));
  const failing = bySeverity(checks.filter(({ ok }) => !ok));
  const asks = failing.some(({ code }) => codes.includes(code));
  const open = failing.filter(({ code }) => !codes.includes(code) && !(fundable && asks && mendedByCredits.includes(code)));
  return { verdict: failing.length === 0 ? 'allow' : open.length === 0 ? 'approve' : 'deny', checks, failing };
};

/**
 * What the policy says to a new VM: one pure function, called for the plan and again, with fresh rows, in the transaction that takes the
 * hold. Every check is made and reported, not only the first that fails (XA-14). An approval answers the question, and for a GPU or
 * confidential VM its size and burn; `deny` includes failures that time or more credits would mend.
 */
export const judge = ({
  order,
  policy,
  rows,
  figures,
  beforehand,
  agent = null,
  now,
  approved = false,
  enveloped = false,
  fundable = false,
}: Case): Judgement => {
  const { limits } = policy;
  const counters = countersOf(rows, figures, policy.authorisedAt, now);
  const most = creditsOver(order.rate, order.ttlSeconds);
  const reserve = reserveFor(order, counters.exposures, figures, now);
  const left = figures.balance.credits - counters.outstanding - most - (policy.shared ? reserve.byOthers : 0n);
  const present = figures.balance.credits;
  const missing = missingFor(policy, { reserve, left, present });
  const own = callersCounters(agent, policy, { rows, figures, now, counters });
  const ofAccount = [
    ...spendChecks(order, limits, counters, most),
    ...taskChecks(order.task, policy.tasks, taskSpend(order.task, rows, counters.exposures) + most),
    guardCheck(left, guardedBalance(policy, present), limits.balanceGuardPercent),
    reserveCheck(reserve, order),
  ];
  const checks = [
    ...standingChecks(policy),
    ...agentChecks(agent, figures, now),
    ...beforehand,
    ...(agent === null
      ? [...sizeChecks(order, limits, counters.live), ...ceilingChecks(order, most), ...ofAccount]
      : [
          ...sizeChecks(order, own.limits, own.counters.live, 'your slice'),
          ...childsEndChecks(agent, now + order.ttlSeconds * 1000),
          ...ceilingChecks(order, most),
          ...spendChecks(order, own.limits, own.counters, most, 'your slice'),
          ownerCheck([
            placeCheck(limits, counters.live),
            ...ofAccount,
            ...waitChecks(counters, forAll(limits), now),
            ...parentChecks(agent, { order, most, placed: 0, policy, rows, figures, now, counters }),
          ]),
        ]),
    ...waitChecks(own.counters, own.limits, now),
    // An envelope lifts the asking threshold; for GPU and confidential VMs a person is asked all the same.
    consentCheck(most, own.limits, { approved: approved || (enveloped && !order.special), special: order.special }),
    ...bootCheck(order.confidential ?? false),
  ];
  return {
    ...weigh(checks, { approved, special: order.special, fundable: fundable && missing !== null }),
    most,
    reserve,
    missing,
    // what the account needs for others' VMs is none of an agent's
    cost: { usdPerHour: usdPerHour(order.rate), mostUsd: usd(most), neededUsd: usd(agent === null ? reserve.required : most) },
    counters,
  };
};
