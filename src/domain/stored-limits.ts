import { formatDuration } from './duration.ts';
import { usd } from './money.ts';
import { defaultLimits, type Limits } from './policy.ts';

/** All limits on one line, as whoever seals them reads it. */
export const limitsText = (limits: Limits): string =>
  [
    `${limits.maxVms} VMs`,
    `${limits.maxComputeUnits} CU each`,
    `at most ${formatDuration(limits.maxTtlSeconds)}, usually ${formatDuration(limits.defaultTtlSeconds)}`,
    `ask above ${usd(limits.askAboveCredits)} USD`,
    `${usd(limits.maxBurnCreditsPerHour)} USD/h`,
    `${usd(limits.maxDayCredits)} USD a day`,
    `${usd(limits.maxTotalCredits)} USD in all`,
    `${limits.balanceGuardPercent} % stays`,
    `${limits.creationsPerMinute} creations a minute`,
    `pause ${limits.coolDownSeconds} s, ${limits.breakerFailures} failures ${limits.breakerPauseSeconds} s`,
    `${limits.destroyAtOnce} destroyed at once`,
    `VMs without a timer ${limits.endUnarmedSeconds === 0 ? 'kept' : `ended after ${formatDuration(limits.endUnarmedSeconds)}`}`,
    `unreachable VMs ${limits.teardownUnreachableSeconds === 0 ? 'kept' : `destroyed after ${formatDuration(limits.teardownUnreachableSeconds)}`}`,
  ].join('; ');

/** Budgets of tasks on one line; empty where there are none. */
export const tasksText = (tasks: Readonly<Record<string, bigint>>): string =>
  Object.entries(tasks)
    .map(([task, budget]) => `task ${task} ${usd(budget)} USD`)
    .sort()
    .join('; ');

/** Budgets as JSON keeps them, credits as digits. */
export type StoredTasks = Record<string, string>;

export const storedTasks = (tasks: Readonly<Record<string, bigint>>): StoredTasks =>
  Object.fromEntries(Object.entries(tasks).map(([task, budget]) => [task, budget.toString()]));

export const readTasks = (stored: StoredTasks): Record<string, bigint> =>
  Object.fromEntries(Object.entries(stored).map(([task, budget]) => [task, BigInt(budget)]));

/** Limits as JSON keeps them, credits as digits. */
export type StoredLimits = Record<keyof Limits, string>;

export const storedLimits = (limits: Limits): StoredLimits =>
  Object.fromEntries(Object.entries(limits).map(([key, value]) => [key, String(value)])) as StoredLimits;

/** A limit that is newer than what was stored is at its default. */
export const readLimits = (stored: Partial<StoredLimits>): Limits =>
  Object.fromEntries(
    Object.entries(defaultLimits).map(([key, value]) => {
      const text = stored[key as keyof Limits];
      if (text === undefined) return [key, value];
      return [key, typeof value === 'bigint' ? BigInt(text) : Number(text)];
    }),
  ) as unknown as Limits;
