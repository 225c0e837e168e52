import * as z from 'zod';
import { mibPattern, parseMib } from '../../domain/money/mib.ts';
import { durationPattern, durationWords, parseDuration } from '../../domain/text/duration.ts';
import { isName } from '../../domain/text/names.ts';

/** Input and output fields that mean the same in every command. */
export const money = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('USD, a decimal string');
export const instant = z.string().describe('RFC 3339, UTC');
export const vmId = z.string().describe('12 hex digits of the item hash; --full gives 64');

/** Input: a name that we give to a VM or key. */
export const name = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, { error: 'a name of 1 to 40 of a-z, 0-9 and "-"', abort: true })
  .refine(isName, 'a name that reads neither as a flag (a leading "-") nor as an id (only six or more hex digits)');

const leastLifetimeSeconds = 60;

/** Input: `90m`, `4h`, `2d`, `1w`, parsed to seconds. Use `.prefault('4h')` for a default. */
export const duration = z
  .string()
  .regex(durationPattern, durationWords)
  .transform((text) => parseDuration(text) ?? 0);

/** Input: a VM's lifetime. */
export const lifetime = duration.refine((seconds) => seconds >= leastLifetimeSeconds, 'a lifetime of at least 1m');

/** An amount of USD without the sign that a person may put before it. */
export const withoutSign = (amount: string): string => amount.replace(/^\$/, '');

/** Input: USD as a person writes it, `0.10` or `$0.10`; parsed without the sign. */
export const usdAmount = z
  .string()
  .regex(/^\$?\d{1,12}(\.\d{1,6})?$/, 'an amount in USD like 2 or 0.50')
  .transform(withoutSign);

/** Input: memory or disk, `4GiB`, `4096MiB`, or a number of MiB; parsed to MiB. */
export const mib = (most: number) => {
  const right = `a size like 4GiB, 512MiB or 4096 (MiB): whole MiB, at most ${most}`;
  const text = z
    .string()
    .regex(mibPattern)
    .transform((given) => parseMib(given) ?? 0)
    .refine((size) => size >= 1 && size <= most, right);
  return z.union([z.int().min(1, right).max(most, right), text], { error: right }).meta({ unit: 'SIZE' });
};

/** Inputs of every command that lists. Small lists come whole by default. */
export const paging = {
  limit: z.int().min(1).max(1000).default(50).describe('Rows at most'),
  cursor: z.string().optional().describe('nextCursor of the previous page'),
};

export const wholePaging = { ...paging, limit: paging.limit.unwrap().default(1000).describe('Rows at most') };

/** Input: chooses by the task that VMs were made for. It approves nothing; who calls is said by `--task`. */
export const ofTask = name.optional().describe("Only this task's");

/** Output: who approves. */
export const approver = z.string().describe('An address, or terminal: a person at a terminal of this machine, which stops mistakes only');
