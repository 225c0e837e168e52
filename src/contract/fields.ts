import * as z from 'zod';

/** Input and output fields that mean the same everywhere. */
export const money = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('USD, a decimal string');
export const instant = z.string().describe('RFC 3339, UTC');
export const vmId = z.string().describe('12 hex digits of the item hash; --full gives 64');
