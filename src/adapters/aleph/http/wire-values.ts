import * as z from 'zod';
import { Exact } from '../../../domain/money/exact.ts';
import { parseInstant } from '../../../domain/text/instant.ts';

/** A message's or node's hash: 64 lower-case hex digits. */
export const itemHash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A decimal on the wire: a string of digits, or a number. Never negative here, and below 10^7 (ten USD a second): at that
 * rate a VM's cost until the longest expiry that can be written still fits the ledger's 64 bits.
 */
export const wireDecimal = z
  .union([z.string().regex(/^\d{1,7}(\.\d{1,40})?$/), z.number().nonnegative().lt(1e7)])
  .transform((text) => new Exact(text));

/** Whole credits, as a number on the wire. */
export const wireCredits = z.int().transform((credits) => BigInt(credits));

/** RFC 3339 on the wire, ms here. */
export const wireInstant = z
  .string()
  .max(40)
  .transform((text) => parseInstant(text) ?? Number.NaN)
  .refine((at) => Number.isFinite(at));

/** PCI vendor and device of a card. */
export const deviceId = z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/);

/** Who made it, in one word. */
export const vendor = z.string().regex(/^[A-Za-z]{1,32}$/);
