import { usd } from '../money/money.ts';
import { formatDuration } from '../text/duration.ts';
import { defaultLimits, type Limits } from './policy.ts';

/** Each limit as people read it. */
const words: { readonly [Limit in keyof Limits]: (value: Limits[Limit]) => string } = {
  maxVms: (count) => `${count} VMs`,
  maxComputeUnits: (count) => `${count} CU each`,
  maxTtlSeconds: (seconds) => `at most ${formatDuration(seconds)}`,
  defaultTtlSeconds: (seconds) => `usually ${formatDuration(seconds)}`,
  askAboveCredits: (credits) => `ask above ${usd(credits)} USD`,
  maxBurnCreditsPerHour: (credits) => `${usd(credits)} USD/h`,
  maxDayCredits: (credits) => `${usd(credits)} USD a day`,
  maxTotalCredits: (credits) => `${usd(credits)} USD in all`,
  balanceGuardPercent: (share) => `${share} % stays`,
  creationsPerMinute: (count) => `${count} creations a minute`,
  coolDownSeconds: (seconds) => `pause ${seconds} s`,
  breakerFailures: (count) => `${count} failures`,
  breakerPauseSeconds: (seconds) => `${seconds} s`,
  destroyAtOnce: (count) => `${count} destroyed at once`,
  endUnarmedSeconds: (seconds) => `VMs without a timer ${seconds === 0 ? 'kept' : `ended after ${formatDuration(seconds)}`}`,
  teardownUnreachableSeconds: (seconds) => `unreachable VMs ${seconds === 0 ? 'kept' : `destroyed after ${formatDuration(seconds)}`}`,
};

/** One limit, with its unit. */
export const limitText = <Limit extends keyof Limits>(limits: Limits, limit: Limit): string => words[limit](limits[limit]);

/** All limits on one line, as whoever seals them reads it. */
export const limitsText = (limits: Limits): string => {
  const text = (limit: keyof Limits): string => limitText(limits, limit);
  return [
    text('maxVms'),
    text('maxComputeUnits'),
    `${text('maxTtlSeconds')}, ${text('defaultTtlSeconds')}`,
    text('askAboveCredits'),
    text('maxBurnCreditsPerHour'),
    text('maxDayCredits'),
    text('maxTotalCredits'),
    text('balanceGuardPercent'),
    text('creationsPerMinute'),
    `${text('coolDownSeconds')}, ${text('breakerFailures')} ${text('breakerPauseSeconds')}`,
    text('destroyAtOnce'),
    text('endUnarmedSeconds'),
    text('teardownUnreachableSeconds'),
  ].join('; ');
};

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
