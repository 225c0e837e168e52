import type { Limits } from './policy.ts';

/** Which way each limit gives more room. */
export const looser: Readonly<Record<keyof Limits, 'up' | 'down'>> = {
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
  // sooner ends VMs that would have lived
  teardownUnreachableSeconds: 'down',
};

/** Lowered, they end what runs. */
const endsSooner: readonly (keyof Limits)[] = ['maxTtlSeconds', 'endUnarmedSeconds'];

/** What a limit is compared by: of those that 0 turns off, off is the furthest. */
export const reach = (limit: keyof Limits, value: number | bigint): number | bigint =>
  limit === 'teardownUnreachableSeconds' || limit === 'endUnarmedSeconds' ? value || Number.POSITIVE_INFINITY : value;

/** The tasks whose budget a change raises or takes away; a budget where there was none only tightens. */
export const loosenedTasks = (from: Readonly<Record<string, bigint>>, to: Readonly<Record<string, bigint>>): string[] =>
  Object.entries(from)
    .filter(([task, budget]) => !Object.hasOwn(to, task) || to[task]! > budget)
    .map(([task]) => task);

/**
 * The limits that a change gives more room, or lowers so that a running VM would end sooner: the longest lifetime below what
 * one was promised (`longestRunningTtlSeconds`, 0 for none). Only a person may make these; where there are none, an agent may.
 */
export const loosened = (from: Limits, to: Limits, longestRunningTtlSeconds = 0): (keyof Limits)[] =>
  (Object.keys(looser) as (keyof Limits)[]).filter((limit) => {
    const [before, after] = [reach(limit, from[limit]), reach(limit, to[limit])];
    if (looser[limit] === 'up' ? after > before : after < before) return true;
    return endsSooner.includes(limit) && after < before && after < longestRunningTtlSeconds;
  });
