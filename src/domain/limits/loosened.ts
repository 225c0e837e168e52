import { everyLimit, type LimitKey, type Limits, limitRows } from './policy.ts';

/** What a limit is compared by: of those that 0 turns off, off is the furthest. */
export const reach = (limit: LimitKey, value: number | bigint): number | bigint =>
  limitRows[limit].zeroIsOff ? value || Number.POSITIVE_INFINITY : value;

/** The tasks whose budget a change raises or takes away; a budget where there was none only tightens. */
export const loosenedTasks = (from: Readonly<Record<string, bigint>>, to: Readonly<Record<string, bigint>>): string[] =>
  Object.entries(from)
    .filter(([task, budget]) => !Object.hasOwn(to, task) || to[task]! > budget)
    .map(([task]) => task);

/**
 * The limits that a change gives more room, or lowers so that a running VM would end sooner: the longest lifetime below what
 * one was promised (`longestRunningTtlSeconds`, 0 for none). Only a person may make these; where there are none, an agent may.
 */
export const loosened = (from: Limits, to: Limits, longestRunningTtlSeconds = 0): LimitKey[] =>
  everyLimit.filter((limit) => {
    const { looser, endsSooner = false } = limitRows[limit];
    const [before, after] = [reach(limit, from[limit]), reach(limit, to[limit])];
    if (looser === 'up' ? after > before : after < before) return true;
    return endsSooner && after < before && after < longestRunningTtlSeconds;
  });
