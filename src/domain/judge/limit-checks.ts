import type { Decimal } from 'decimal.js';
import type { Counters } from '../burn/counters.ts';
import { atMost, type JudgedCheck, judged } from '../limits/judged-check.ts';
import type { Limits } from '../limits/policy.ts';
import { Exact } from '../money/exact.ts';
import { creditsPerHour, usd } from '../money/money.ts';
import type { Ceilings } from '../plan/create-wish.ts';
import { formatDuration } from '../text/duration.ts';

/** A VM to be made, with its quote in credits per second. Ceilings in credits (`--max-hourly`, `--max-total`), null where none was set. */
export interface VmOrder extends Ceilings {
  rate: Decimal;
  ttlSeconds: number;
  computeUnits: number;
  /** Whose budget it is held against; null for none. */
  task: string | null;
  /** It has GPUs or is confidential: a person is always asked. */
  special?: boolean;
  confidential?: boolean;
}

/** Number, lifetime and size. */
export const sizeChecks = ({ ttlSeconds, computeUnits }: VmOrder, limits: Limits, live: number): JudgedCheck[] => [
  judged(
    'TOO_MANY_VMS',
    live < limits.maxVms,
    live + 1,
    limits.maxVms,
    `This would be VM ${live + 1} at once, the policy allows ${limits.maxVms}.`,
  ),
  judged(
    'TTL_TOO_LONG',
    ttlSeconds <= limits.maxTtlSeconds,
    ttlSeconds,
    limits.maxTtlSeconds,
    `The VM would live ${formatDuration(ttlSeconds)}, the policy allows ${formatDuration(limits.maxTtlSeconds)}.`,
  ),
  judged(
    'SIZE_LIMIT',
    computeUnits <= limits.maxComputeUnits,
    computeUnits,
    limits.maxComputeUnits,
    `The VM has ${computeUnits} compute units, the policy allows ${limits.maxComputeUnits}.`,
  ),
];

/** The caller's own ceilings; no check where there is none. */
export const ceilingChecks = ({ rate, maxHourly, maxTotal }: VmOrder, most: bigint): JudgedCheck[] => {
  const checks: JudgedCheck[] = [];
  if (maxHourly !== null) {
    const hourly = creditsPerHour(rate);
    checks.push(atMost('PRICE_CEILING', hourly, maxHourly, (cost, limit) => `The VM costs ${cost} USD/h, --max-hourly is ${limit}.`));
  }
  if (maxTotal !== null) {
    checks.push(
      atMost('PRICE_CEILING', most, maxTotal, (cost, limit) => `The VM costs ${cost} USD until its expiry, --max-total is ${limit}.`),
    );
  }
  return checks;
};

/** Burn, day and total, with the new VM counted in full. */
export const spendChecks = (order: VmOrder, limits: Limits, counters: Counters, most: bigint): JudgedCheck[] => [
  atMost(
    'BURN_LIMIT',
    creditsPerHour(new Exact(counters.perSecond).plus(order.rate)),
    limits.maxBurnCreditsPerHour,
    (burn, limit) => `All VMs together would cost ${burn} USD/h, the policy allows ${limit}.`,
  ),
  atMost(
    'DAY_LIMIT',
    counters.spentToday + most,
    limits.maxDayCredits,
    (spent, limit) => `Spending of this UTC day would come to ${spent} USD, the policy allows ${limit}.`,
  ),
  atMost(
    'TOTAL_LIMIT',
    counters.spentSinceAuthorised + most,
    limits.maxTotalCredits,
    (spent, limit) => `Spending since it was last authorised would come to ${spent} USD, the policy allows ${limit}.`,
  ),
];

/** The credits that always stay: a share of the acknowledged balance, rounded up. */
export const guardShare = (acknowledged: bigint, percent: number): bigint => (acknowledged * BigInt(percent) + 99n) / 100n;

/**
 * What would be left after everything committed, against the share of the acknowledged balance that always stays (XA-08). Of
 * nothing nothing stays: an empty account is short of credits, not against the policy.
 */
export const guardCheck = (left: bigint, acknowledged: bigint, percent: number): JudgedCheck => {
  const stays = guardShare(acknowledged, percent);
  const message = `${usd(left)} USD would be left in the account, ${usd(stays)} must always stay.`;
  return judged('BALANCE_GUARD', left >= stays || stays === 0n, usd(left), usd(stays), message);
};

/** Above the threshold a person is asked, for GPU and confidential VMs always. */
export const consentCheck = (
  most: bigint,
  limits: Limits,
  { approved, special = false }: { approved: boolean; special?: boolean | undefined },
): JudgedCheck => {
  const threshold = special ? 0n : limits.askAboveCredits;
  const [cost, limit] = [usd(most), usd(threshold)];
  const rule = special ? 'for GPU and confidential VMs a person is always asked' : `above ${limit} a person is asked`;
  return judged('APPROVAL_NEEDED', approved || most <= threshold, cost, limit, `The VM costs ${cost} USD until its expiry; ${rule}.`);
};

/** Whose guest boots only for an owner who proves and unlocks it, which nothing here does yet: it would cost and never answer. */
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
