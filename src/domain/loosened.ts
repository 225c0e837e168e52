import type { Limits } from './policy.ts';

/** Which way each limit gives more room. */
const looser: Readonly<Record<keyof Limits, 'up' | 'down'>> = {
  maxVms: 'up',
  defaultTtlSeconds: 'up',
  maxTtlSeconds: 'up',
  askAboveCredits: 'up',
  maxBurnCreditsPerHour: 'up',
  maxDayCredits: 'up',
  maxTotalCredits: 'up',
  balanceGuardPercent: 'down',
  maxComputeUnits: 'up',
  creationsPerMinute: 'up',
  coolDownSeconds: 'down',
  breakerFailures: 'up',
  breakerPauseSeconds: 'down',
  destroyAtOnce: 'up',
  endUnarmedSeconds: 'up',
};

/** Lowered, they end what runs. */
const endsSooner: readonly (keyof Limits)[] = ['maxTtlSeconds', 'endUnarmedSeconds'];

/**
 * The limits that a change gives more room, or lowers so that a running VM would end sooner: the longest lifetime below what
 * one was promised (`longestRunningTtlSeconds`, 0 for none). Only a person may make these; where there are none, an agent may.
 */
export const loosened = (from: Limits, to: Limits, longestRunningTtlSeconds = 0): (keyof Limits)[] =>
  (Object.keys(looser) as (keyof Limits)[]).filter((limit) => {
    if (looser[limit] === 'up' ? to[limit] > from[limit] : to[limit] < from[limit]) return true;
    return endsSooner.includes(limit) && to[limit] < from[limit] && to[limit] < longestRunningTtlSeconds;
  });
