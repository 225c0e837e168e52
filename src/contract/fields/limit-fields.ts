import * as z from 'zod';
import type { LimitPlace, LimitRow } from '../../domain/limits/limit-row.ts';
import type { limitTable } from '../../domain/limits/limit-table.ts';
import { everyLimit, type LimitKey, type Limits, limitRows } from '../../domain/limits/limits.ts';
import { parseUsd } from '../../domain/money/money.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { duration, usdAmount } from './fields.ts';

type Table = typeof limitTable;

type NameIn<Place, Given> = Given extends { as: infer Name extends string; in: readonly (infer Places)[] }
  ? Place extends Places
    ? Name
    : never
  : never;

type Field<Unit> = z.ZodOptional<Unit extends 'credits' ? typeof usdAmount : Unit extends 'seconds' ? typeof duration : z.ZodInt>;

type LimitFields<Place extends LimitPlace> = { [Key in LimitKey as NameIn<Place, Table[Key]['given']>]: Field<Table[Key]['unit']> };

type Given = NonNullable<LimitRow['given']>;

const schemaOf = (unit: LimitRow['unit'], { most = 1000, least = 0 }: Given): z.ZodType => {
  if (unit === 'credits') return usdAmount;
  if (unit !== 'seconds') return z.int().min(0).max(most);
  if (least === 0) return duration;
  return duration.refine((seconds) => seconds === 0 || seconds >= least, `0m for never, or at least ${formatDuration(least)}`);
};

/** The input fields of the limits that may be set in this place, by the names that they have there. */
export const limitFields = <Place extends LimitPlace>(place: Place): LimitFields<Place> =>
  Object.fromEntries(
    everyLimit.flatMap((limit) => {
      const { unit, given } = limitRows[limit];
      return given?.in.includes(place) ? [[given.as, schemaOf(unit, given).optional().describe(given.help)]] : [];
    }),
  ) as LimitFields<Place>;

type GivenLimits = Partial<{ [Name in NameIn<LimitPlace, Table[LimitKey]['given']>]: string | number | undefined }>;

/** The limits that the inputs set, in credits and seconds. */
export const limitsOf = (given: GivenLimits): Partial<Limits> => {
  const values: Readonly<Record<string, string | number | undefined>> = given;
  return Object.fromEntries(
    everyLimit.flatMap((limit) => {
      const { unit, given } = limitRows[limit];
      const value = given === null ? undefined : values[given.as];
      return value === undefined ? [] : [[limit, unit === 'credits' ? parseUsd(String(value)) : Number(value)]];
    }),
  );
};
