import type { Decimal } from 'decimal.js';
import { type AccountFigures, type AccountRows, exposuresOf, outstanding, paidBy } from '../burn/exposure.ts';
import { reserveFor, wholeBurn } from '../burn/reserve.ts';
import { Exact } from '../money/exact.ts';
import { guardedBalance, guardShare } from './limit-checks.ts';

/** An account at a glance. Amounts in integer credits, rates in credits per second. */
export interface Standing {
  perSecond: Decimal;
  /** Credits for 24 h of `perSecond`. */
  reserve: bigint;
  /** Credits of past use that is not billed yet, and of live VMs until their expiry. */
  committed: bigint;
  /** Credits that the balance guard keeps in the account. */
  guard: bigint;
  /** Credits in lots that expire too early to count. */
  expiring: bigint;
  /** The most that new VMs can cost until their expiry, credits; each new VM also needs 24 h of its own burn in the account. */
  spendable: bigint;
}

/**
 * The part of a balance that rules and guard leave to spend: no VM that `judge` allows costs more than `spendable`. `rows` and `figures`
 * belong to one account.
 */
export const standingOf = (
  rows: AccountRows,
  figures: AccountFigures,
  policy: { acknowledgedBalance: bigint | null; balanceSettled?: boolean; shared?: boolean; balanceGuardPercent: number },
  now: number,
): Standing => {
  const { credits } = figures.balance;
  const exposures = paidBy(exposuresOf(rows, figures, now), figures);
  const need = reserveFor({ rate: new Exact(0), ttlSeconds: 0 }, exposures, figures, now);
  const guard = guardShare(guardedBalance(policy, credits), policy.balanceGuardPercent);
  const committed = exposures.reduce((sum, exposure) => sum + outstanding(exposure), policy.shared ? need.byOthers : 0n);
  const unguarded = credits - committed - guard;
  const unreserved = need.available - need.required;
  const least = unguarded < unreserved ? unguarded : unreserved;
  return {
    perSecond: wholeBurn(exposures, figures),
    reserve: need.day,
    committed: need.required - need.day,
    guard,
    expiring: credits - need.available,
    spendable: least > 0n ? least : 0n,
  };
};
