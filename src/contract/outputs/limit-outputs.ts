import * as z from 'zod';
import { limitTable } from '../../domain/limits/limit-table.ts';
import { everyLimit, type LimitKey, type Limits, limitRows } from '../../domain/limits/limits.ts';
import { usd } from '../../domain/money/money.ts';
import { money } from '../fields/fields.ts';

type Table = typeof limitTable;

type Fields = { [Key in LimitKey as Table[Key]['shown']['as']]: Table[Key]['unit'] extends 'credits' ? typeof money : z.ZodInt };

/** Limits as commands show them: money in USD, durations in seconds. */
export const limitOutputs = Object.fromEntries(
  everyLimit.map((limit) => {
    const { unit, shown } = limitRows[limit];
    const field = unit === 'credits' ? money : z.int();
    return [shown.as, shown.help === undefined ? field : field.describe(shown.help)];
  }),
) as Fields;

type LimitOutputs = { [Name in keyof Fields]: z.output<Fields[Name]> };

export const toLimitOutputs = (limits: Limits): LimitOutputs =>
  Object.fromEntries(
    everyLimit.map((limit) => {
      const value = limits[limit];
      return [limitTable[limit].shown.as, typeof value === 'bigint' ? usd(value) : value];
    }),
  ) as LimitOutputs;

const wordsOf = (limit: LimitKey, value: string | number): string | undefined => {
  const row = limitRows[limit];
  return row.unit === 'credits' ? row.shown.fact?.[1](String(value)) : row.shown.fact?.[1](Number(value));
};

/** The limits as lines with a label, for people. */
export const limitFacts = (policy: LimitOutputs): [label: string, words: string][] => {
  const lines = new Map<string, string[]>();
  for (const limit of everyLimit) {
    const [label, words] = [limitRows[limit].shown.fact?.[0], wordsOf(limit, policy[limitTable[limit].shown.as])];
    if (label !== undefined && words !== undefined) lines.set(label, [...(lines.get(label) ?? []), words]);
  }
  return [...lines].map(([label, words]) => [label, words.join(', ')]);
};

/** A limit that a call changed, as before and as now. */
export const changedLimit = z.object({
  limit: z.string(),
  from: z.union([z.string(), z.int()]).describe('Money in USD, durations in seconds'),
  to: z.union([z.string(), z.int()]),
});

type ChangedLimit = z.output<typeof changedLimit>;

export const changedLimits = (before: Limits, now: Limits): ChangedLimit[] => {
  const [old, next] = [toLimitOutputs(before), toLimitOutputs(now)];
  return everyLimit
    .map((limit) => limitTable[limit].shown.as)
    .filter((name) => old[name] !== next[name])
    .map((name) => ({ limit: name, from: old[name], to: next[name] }));
};

/** Each changed limit as a line with a label, for people. */
export const changedFacts = (changed: readonly ChangedLimit[]): [label: string, words: string][] =>
  changed.map(({ limit: name, from, to }) => {
    const limit = everyLimit.find((key) => limitTable[key].shown.as === name);
    const label = (limit === undefined ? undefined : limitRows[limit].shown.fact?.[0]) ?? name;
    const words = (value: string | number): string => (limit === undefined ? undefined : wordsOf(limit, value)) ?? String(value);
    return [label, `${words(from)} → ${words(to)}`];
  });
