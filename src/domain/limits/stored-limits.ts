import { usd } from '../money/money.ts';
import { everyLimit, type LimitKey, type Limits, limitRows, limitsBy } from './limits.ts';

const wordsOf = (limit: LimitKey, value: bigint | number): string => {
  const row = limitRows[limit];
  return row.unit === 'credits' ? row.sealed.words(usd(BigInt(value))) : row.sealed.words(Number(value));
};

/** One limit in words, with its unit. */
export const limitText = (limits: Limits, limit: LimitKey): string => wordsOf(limit, limits[limit]);

const inSealedOrder = everyLimit.toSorted((a, b) => limitRows[a].sealed.place - limitRows[b].sealed.place);

/** All limits on one line, as the approver reads them before sealing. A limit newer than the seal is left out, because nobody signed it. */
export const limitsText = (limits: Partial<Limits>): string =>
  inSealedOrder.reduce((line, limit) => {
    const value = limits[limit];
    if (value === undefined) return line;
    return `${line}${line === '' ? '' : (limitRows[limit].sealed.joint ?? '; ')}${wordsOf(limit, value)}`;
  }, '');

/** Budgets of tasks on one line; empty where there are none. */
export const tasksText = (tasks: Readonly<Record<string, bigint>>): string =>
  Object.entries(tasks)
    .map(([task, budget]) => `task ${task} ${usd(budget)} USD`)
    .sort()
    .join('; ');

/** Task budgets as JSON keeps them: credits in digits. */
export type StoredTasks = Record<string, string>;

export const storedTasks = (tasks: Readonly<Record<string, bigint>>): StoredTasks =>
  Object.fromEntries(Object.entries(tasks).map(([task, budget]) => [task, budget.toString()]));

export const readTasks = (stored: StoredTasks): Record<string, bigint> =>
  Object.fromEntries(Object.entries(stored).map(([task, budget]) => [task, BigInt(budget)]));

/** Limits as JSON keeps them: credits in digits. */
export type StoredLimits = Record<LimitKey, string>;

export const storedLimits = (limits: Limits): StoredLimits =>
  Object.fromEntries(Object.entries(limits).map(([key, value]) => [key, String(value)])) as StoredLimits;

const readLimit = (limit: LimitKey, text: string): bigint | number => (limitRows[limit].unit === 'credits' ? BigInt(text) : Number(text));

/** Reads just those limits that were stored: what an approver sealed has no limit that is newer. */
export const givenLimits = (stored: Readonly<Record<string, string>>): Limits =>
  Object.fromEntries(
    everyLimit.flatMap((limit) => (stored[limit] === undefined ? [] : [[limit, readLimit(limit, stored[limit])]])),
  ) as Limits;

/** Reads stored limits; a limit newer than the stored row gets its default. */
export const readLimits = (stored: Partial<StoredLimits>): Limits =>
  limitsBy((limit, { usual }) => {
    const text = stored[limit];
    return text === undefined ? usual : readLimit(limit, text);
  });
