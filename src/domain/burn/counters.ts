import type { Decimal } from 'decimal.js';
import { Exact } from '../money/exact.ts';
import { utcDayStart } from '../text/instant.ts';
import { type BreakerState, breakerState } from './breaker.ts';
import { type AccountFigures, type AccountRows, type Exposure, exposuresOf, outstanding, paidBy } from './exposure.ts';
import { spentSince } from './spent-since.ts';

/**
 * The figures that limits are checked against. Each is the greater of what ledger and network say. Units: credits, credits per second, ms.
 */
export interface Counters {
  exposures: Exposure[];
  /**
   * Our VMs that are alive at once, by item hash: an attempt is proven gone before the next one is made, so no two attempts of an operation
   * are alive together.
   */
  live: number;
  perSecond: Decimal;
  spentToday: bigint;
  spentSinceAuthorised: bigint;
  /** Credits of the payer that are committed and not billed yet. */
  outstanding: bigint;
  /** When each create of the last minute began, ms, oldest first. */
  recentCreations: number[];
  breaker: BreakerState;
}

const minuteMs = 60_000;

/**
 * Makes the counters. `rows` and `figures` belong to one account on one network; `authorisedAt` is when a person last authorised spending.
 */
export const countersOf = (rows: AccountRows, figures: AccountFigures, authorisedAt: number, now: number): Counters => {
  const exposures = exposuresOf(rows, figures, now);
  const live = exposures.filter((exposure) => exposure.live);
  const known = new Set(rows.vms.map(({ id }) => id));
  const recorded = new Set(rows.operations.map(({ id }) => id));
  const began = [
    // A VM whose operation row was lost with an earlier ledger still counts as one creation.
    ...rows.vms.filter(({ operation }) => !recorded.has(operation)).map(({ signedAt }) => signedAt),
    ...rows.operations.filter(({ kind }) => kind === 'create').map(({ startedAt }) => startedAt),
    ...figures.listed.filter(({ id, ours }) => ours && !known.has(id)).map(({ signedAt }) => signedAt),
  ];
  return {
    exposures,
    live: live.filter(({ ours }) => ours).length,
    perSecond: live.reduce((sum, { rate }) => sum.plus(rate), new Exact(0)),
    spentToday: spentSince(utcDayStart(now), exposures, figures.spent),
    spentSinceAuthorised: spentSince(authorisedAt, exposures, figures.spent),
    outstanding: paidBy(exposures, figures).reduce((sum, exposure) => sum + outstanding(exposure), 0n),
    recentCreations: began.filter((at) => at > now - minuteMs).sort((a, b) => a - b),
    breaker: breakerState(rows.operations, now),
  };
};
