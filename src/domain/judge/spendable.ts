import type { Decimal } from 'decimal.js';
import { type AccountFigures, type AccountRows, exposuresOf, outstanding } from '../burn/exposure.ts';
import { reserveFor, wholeBurn } from '../burn/reserve.ts';
import { Exact } from '../money/exact.ts';
import { guardShare } from './limit-checks.ts';

/** An account at a glance. Integer credits, credits per second. */
export interface Standing {
  perSecond: Decimal;
  /** 24 h of that burn. */
  reserve: bigint;
  /** What of use up to now and of VMs until their expiry is not billed yet. */
  committed: bigint;
  /** What the balance guard keeps. */
  guard: bigint;
  /** In lots that expire too early to count. */
  expiring: bigint;
  /** Most that new VMs can cost until their expiry; each also needs 24 h of its own burn in the account. */
  spendable: bigint;
}

/** What rules and guard leave of a balance. No VM that `judge` allows costs more than `spendable`. `rows` and `figures` are one account's. */
export const standingOf = (
  rows: AccountRows,
  figures: AccountFigures,
  policy: { acknowledgedBalance: bigint | null; balanceGuardPercent: number },
  now: number,
): Standing => {
  const { credits } = figures.balance;
  const exposures = exposuresOf(rows, figures, now);
  const need = reserveFor({ rate: new Exact(0), ttlSeconds: 0 }, exposures, figures, now);
  const guard = guardShare(policy.acknowledgedBalance ?? credits, policy.balanceGuardPercent);
  const unguarded = credits - exposures.reduce((sum, exposure) => sum + outstanding(exposure), 0n) - guard;
  const unreserved = need.available - need.required;
  const least = unguarded < unreserved ? unguarded : unreserved;
  return {
    perSecond: wholeBurn(exposures, figures.burn),
    reserve: need.day,
    committed: need.required - need.day,
    guard,
    expiring: credits - need.available,
    spendable: least > 0n ? least : 0n,
  };
};
