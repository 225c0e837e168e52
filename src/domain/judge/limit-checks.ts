import type { Decimal } from 'decimal.js';
import type { Counters } from '../burn/counters.ts';
import { atMost, type JudgedCheck, judged } from '../limits/judged-check.ts';
import type { Limits } from '../limits/limits.ts';
import { gpuUnit, unitWords } from '../money/compute-unit.ts';
import { Exact } from '../money/exact.ts';
import { creditsPerHour, usd } from '../money/money.ts';
import type { Ceilings } from '../plan/create-wish.ts';
import { formatDuration } from '../text/duration.ts';

/** A VM to be made, its rate in credits per second. */
export interface VmOrder extends Ceilings {
  rate: Decimal;
  ttlSeconds: number;
  computeUnits: number;
  /** The task whose budget pays for the VM; null for none. */
  task: string | null;
  /** The VM has GPUs or is confidential, so a person is always asked. */
  special?: boolean;
  confidential?: boolean;
  /** The VM has GPUs, so its compute units are those of its cards at least, and larger ones. */
  gpu?: boolean;
}

/** Who sets the limits: the owner's policy, or an agent's slice of it. */
type Setter = 'the policy' | 'your slice';

/** Checks the number of live VMs. */
export const placeCheck = ({ maxVms }: Limits, live: number, by: Setter = 'the policy'): JudgedCheck =>
  judged('TOO_MANY_VMS', live < maxVms, live + 1, maxVms, `This would be VM ${live + 1} at once, ${by} allows ${maxVms}.`);

/** Checks the number of live VMs, the lifetime and the size. */
export const sizeChecks = (
  { ttlSeconds, computeUnits, gpu = false }: VmOrder,
  limits: Limits,
  live: number,
  by: Setter = 'the policy',
): JudgedCheck[] => [
  placeCheck(limits, live, by),
  judged(
    'TTL_TOO_LONG',
    ttlSeconds <= limits.maxTtlSeconds,
    ttlSeconds,
    limits.maxTtlSeconds,
    `The VM would live ${formatDuration(ttlSeconds)}, ${by} allows ${formatDuration(limits.maxTtlSeconds)}.`,
  ),
  judged(
    'SIZE_LIMIT',
    computeUnits <= limits.maxComputeUnits,
    computeUnits,
    limits.maxComputeUnits,
    gpu
      ? `The VM has ${computeUnits} GPU compute units (each ${unitWords(gpuUnit)}), ${by} allows ${limits.maxComputeUnits} of any kind; an approval of this VM lifts that for it.`
      : `The VM has ${computeUnits} compute units, ${by} allows ${limits.maxComputeUnits}.`,
  ),
];

/** Checks the caller's own price ceilings; no check where none was set. */
export const ceilingChecks = ({ rate, maxHourly, maxTotal }: VmOrder, most: bigint): JudgedCheck[] => {
  const checks: JudgedCheck[] = [];
  if (maxHourly !== null) {
    const hourly = creditsPerHour(rate);
    const check = atMost('PRICE_CEILING', hourly, maxHourly, (cost, limit) => `The VM costs ${cost} USD/h, --max-hourly is ${limit}.`);
    checks.push({ ...check, of: 'maxHourly' });
  }
  if (maxTotal !== null) {
    const words = (cost: string, limit: string) => `The VM costs ${cost} USD until its expiry, --max-total is ${limit}.`;
    checks.push({ ...atMost('PRICE_CEILING', most, maxTotal, words), of: 'maxTotal' });
  }
  return checks;
};

/** Checks burn, the day's spending and total spending, with the new VM's cost (`most`) counted in full. */
export const spendChecks = (order: VmOrder, limits: Limits, counters: Counters, most: bigint, by: Setter = 'the policy'): JudgedCheck[] => [
  atMost(
    'BURN_LIMIT',
    creditsPerHour(new Exact(counters.perSecond).plus(order.rate)),
    limits.maxBurnCreditsPerHour,
    (burn, limit) => `All VMs together would cost ${burn} USD/h, ${by} allows ${limit}.`,
  ),
  atMost(
    'DAY_LIMIT',
    counters.spentToday + most,
    limits.maxDayCredits,
    (spent, limit) => `Spending of this UTC day would come to ${spent} USD, ${by} allows ${limit}.`,
  ),
  atMost(
    'TOTAL_LIMIT',
    counters.spentSinceAuthorised + most,
    limits.maxTotalCredits,
    (spent, limit) =>
      `${by === 'the policy' ? 'Spending since it was last authorised' : 'All that your VMs have cost and may still cost'} would come to ${spent} USD, ${by} allows ${limit}.`,
  ),
];

/** The credits that must always stay in the account: a share of the acknowledged balance, rounded up. */
export const guardShare = (acknowledged: bigint, percent: number): bigint => (acknowledged * BigInt(percent) + 99n) / 100n;

/**
 * Checks that the credits left after all commitments cover the share of the acknowledged balance that must always stay (XA-08). A share of
 * 0 always passes: an empty account is short of credits, not against the policy.
 */
export const guardCheck = (left: bigint, acknowledged: bigint, percent: number): JudgedCheck => {
  const stays = guardShare(acknowledged, percent);
  const message = `${usd(left)} USD would be left in the account, ${usd(stays)} must always stay.`;
  return judged('BALANCE_GUARD', left >= stays || stays === 0n, usd(left), usd(stays), message);
};

/** The balance of which a share always stays: one that somebody entitled settled, else the greatest that was seen, the present one among them. */
export const guardedBalance = (
  { acknowledgedBalance, balanceSettled = false }: { acknowledgedBalance: bigint | null; balanceSettled?: boolean },
  present: bigint,
): bigint => (acknowledgedBalance !== null && (balanceSettled || acknowledgedBalance > present) ? acknowledgedBalance : present);

interface Lack {
  /** Credits that are short of the reserve; 0 or less where none are. */
  short: bigint;
  /** What would be left after all commitments, as `guardCheck` has it. */
  left: bigint;
  present: bigint;
  percent: number;
}

/**
 * The least that must come so that reserve and guard are both kept. The guard's share is of the balance that it makes, where that is the
 * greater one. null where no sum is enough, because all of whatever comes would have to stay.
 */
export const missingCredits = (
  policy: { acknowledgedBalance: bigint | null; balanceSettled?: boolean },
  { short, left, present, percent }: Lack,
): bigint | null => {
  const keeps = (more: bigint): boolean => {
    const stays = guardShare(guardedBalance(policy, present + more), percent);
    return left + more >= stays || stays === 0n;
  };
  const forReserve = short > 0n ? short : 0n;
  if (keeps(forReserve)) return forReserve;
  const whileShareStays = guardShare(guardedBalance(policy, present), percent) - left;
  if (keeps(whileShareStays)) return whileShareStays;
  const spendable = BigInt(100 - percent);
  return spendable <= 0n ? null : (present * BigInt(percent) - left * 100n + spendable - 1n) / spendable;
};

/** A person is asked above the policy's threshold, and for GPU and confidential VMs always. */
export const consentCheck = (
  most: bigint,
  limits: Limits,
  { approved, special = false }: { approved: boolean; special?: boolean | undefined },
): JudgedCheck => {
  const threshold = special ? 0n : limits.askAboveCredits;
  const [cost, limit] = [usd(most), usd(threshold)];
  const rule = special ? 'for GPU and confidential VMs a person is always asked' : `above ${limit} a person is asked`;
  const message = `The VM costs ${cost} USD until its expiry; ${rule}.`;
  return { ...judged('APPROVAL_NEEDED', approved || most <= threshold, cost, limit, message), of: 'askAboveUsd' };
};

/** Refuses confidential VMs: their guests boot only after the owner verifies and unlocks them, which aleph-agent cannot do yet. */
export const bootCheck = (confidential: boolean): JudgedCheck[] =>
  confidential
    ? [
        judged(
          'CONFIDENTIAL_UNSUPPORTED',
          false,
          'confidential',
          'plain',
          'A confidential VM boots only once its owner injects the secret of an encrypted disk, which aleph-agent cannot do yet: it would bill and never answer.',
        ),
      ]
    : [];
