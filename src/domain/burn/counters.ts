import type { Decimal } from 'decimal.js';
import { Exact } from '../money/exact.ts';
import { utcDayStart } from '../text/instant.ts';
import { type BreakerState, breakerState } from './breaker.ts';
import { type AccountFigures, type AccountRows, type Exposure, exposuresOf, outstanding } from './exposure.ts';
import { spentSince } from './spent-since.ts';

/** What the limits are held against: of every figure the greater of ledger and network. Credits, credits per second, ms. */
export interface Counters {
  exposures: Exposure[];
  /** VMs of ours at once; attempts of one operation take one slot. */
  live: number;
  perSecond: Decimal;
  spentToday: bigint;
  spentSinceAuthorised: bigint;
  /** What is committed and not billed yet. */
  outstanding: bigint;
  /** When the creates of the last minute began, oldest first. */
  recentCreations: number[];
  breaker: BreakerState;
}

const minuteMs = 60_000;

/** Counts. `rows` and `figures` are one account's on one network; `authorisedAt` is when a person last authorised spending. */
export const countersOf = (rows: AccountRows, figures: AccountFigures, authorisedAt: number, now: number): Counters => {
  const exposures = exposuresOf(rows, figures, now);
  const live = exposures.filter((exposure) => exposure.live);
  const known = new Set(rows.vms.map(({ id }) => id));
  const recorded = new Set(rows.operations.map(({ id }) => id));
  const began = [
    // The operation went with a lost ledger; that the VM was made did not.
    ...rows.vms.filter(({ operation }) => !recorded.has(operation)).map(({ signedAt }) => signedAt),
    ...rows.operations.filter(({ kind }) => kind === 'create').map(({ startedAt }) => startedAt),
    ...figures.listed.filter(({ id, ours }) => ours && !known.has(id)).map(({ signedAt }) => signedAt),
  ];
  return {
    exposures,
    live: new Set(live.filter(({ ours }) => ours).map(({ slot }) => slot)).size,
    perSecond: live.reduce((sum, { rate }) => sum.plus(rate), new Exact(0)),
    spentToday: spentSince(utcDayStart(now), exposures, figures.expenses),
    spentSinceAuthorised: spentSince(authorisedAt, exposures, figures.expenses),
    outstanding: exposures.reduce((sum, exposure) => sum + outstanding(exposure), 0n),
    recentCreations: began.filter((at) => at > now - minuteMs).sort((a, b) => a - b),
    breaker: breakerState(rows.operations, now),
  };
};
