import { everyLimit, type LimitKey, type Limits, limitRows } from './limits.ts';

/** The figure by which values of a limit are compared. Where 0 turns a limit off, 0 counts as infinite. */
export const reach = (limit: LimitKey, value: number | bigint): number | bigint =>
  limitRows[limit].zeroIsOff ? value || Number.POSITIVE_INFINITY : value;

/** The tasks whose budget a change raises or removes. A first budget for a task only tightens, and is not among them. */
export const loosenedTasks = (from: Readonly<Record<string, bigint>>, to: Readonly<Record<string, bigint>>): string[] =>
  Object.entries(from)
    .filter(([task, budget]) => !Object.hasOwn(to, task) || to[task]! > budget)
    .map(([task]) => task);

/**
 * The limits that a change gives more room, or that it lowers so far that a running VM would end sooner than promised
 * (`longestRunningTtlSeconds`, 0 where none runs). Only a person may make such a change; an agent may make any other.
 */
export const loosened = (from: Limits, to: Limits, longestRunningTtlSeconds = 0): LimitKey[] =>
  everyLimit.filter((limit) => {
    const { looser, endsSooner = false } = limitRows[limit];
    const [before, after] = [reach(limit, from[limit]), reach(limit, to[limit])];
    if (looser === 'up' ? after > before : after < before) return true;
    return endsSooner && after < before && after < longestRunningTtlSeconds;
  });
