import * as z from 'zod';
import { isItemHash } from '../item-hash.ts';

/** The server's model library takes "2" and 2.0 for an integer unless told to be strict. */
export const lenientInteger = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\s*[+-]?\d+(\.0*)?\s*$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  );

const words = new Map<unknown, boolean>([
  ...['true', 't', 'yes', 'y', 'on', '1', 1].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0', 0].map((word) => [word, false] as const),
]);

export const lenientBoolean = z.preprocess(
  (value) => words.get(typeof value === 'string' ? value.toLowerCase() : value) ?? value,
  z.boolean(),
);

export const itemHash = z.string().refine(isItemHash, 'not an item hash');

/** Absent and null are the same to the server, and come back as null. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null);

export const strictSize = (max: number) => z.int().min(1).max(max);
export const MAX_VOLUME_MIB = 1_953_125;

export const base = {
  address: z.string(),
  time: z.number().min(0).max(9_223_372_036),
};
