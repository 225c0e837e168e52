import type { LimitRow } from './limit-row.ts';
import { limitTable } from './limit-table.ts';

export type LimitKey = keyof typeof limitTable;

/** The limits of a policy: money in integer credits, times in seconds. */
export type Limits = { [Key in LimitKey]: (typeof limitTable)[Key]['unit'] extends 'credits' ? bigint : number };

export const limitRows: Readonly<Record<LimitKey, LimitRow>> = limitTable;

export const everyLimit = Object.keys(limitTable) as LimitKey[];

/** Makes limits by calling `value` for each; the value must be of the limit's type. */
export const limitsBy = (value: (limit: LimitKey, row: LimitRow) => bigint | number): Limits =>
  Object.fromEntries(everyLimit.map((limit) => [limit, value(limit, limitRows[limit])])) as Limits;

export const defaultLimits: Limits = limitsBy((_, { usual }) => usual);

const isAmountOf = ({ unit }: LimitRow, value: unknown): boolean =>
  unit === 'credits' ? typeof value === 'bigint' && value >= 0n : Number.isSafeInteger(value) && Number(value) >= 0;

/** The first member that is not a limit: unknown name, wrong type or negative; null where all are sound. */
export const malformedLimit = (limits: unknown): string | null => {
  if (typeof limits !== 'object' || limits === null || Array.isArray(limits)) return 'limits';
  const known = (name: string): name is LimitKey => Object.hasOwn(limitRows, name);
  return Object.entries(limits).find(([name, value]) => !(known(name) && isAmountOf(limitRows[name], value)))?.[0] ?? null;
};
