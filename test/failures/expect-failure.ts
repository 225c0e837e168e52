import { expect } from 'vitest';
import * as z from 'zod';
import { type FailureCode, failureCodes } from '../../src/domain/failure/failure-codes.ts';
import type { Ended } from '../support/aleph-process.ts';

const money = z.string().regex(/^\d+(\.\d+)?$/);

/** conventions.md §1.4. */
const failure = z.strictObject({
  ok: z.literal(false),
  schema: z.literal('failure@1'),
  error: z.strictObject({
    code: z.string(),
    exit: z.int(),
    message: z.string().min(10),
    retryable: z.boolean(),
    retryAfterSeconds: z.number().positive().optional(),
    sideEffects: z.enum(['none', 'partial', 'complete', 'unknown']),
    exposureUsdPerHour: money,
    fix: z.strictObject({ actor: z.enum(['agent', 'human']), command: z.string().nullable(), text: z.string().min(5) }),
    checks: z.array(z.strictObject({ code: z.string(), of: z.string().optional(), figure: z.string(), limit: z.string() })),
    facts: z.record(z.string(), z.unknown()),
  }),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })).optional(),
  meta: z.strictObject({ operation: z.string().optional(), version: z.string() }),
});

export type FailureDocument = z.output<typeof failure>;

/** Codes whose sentence must say what was found and what was allowed. */
const withFigures: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'TOO_MANY_VMS',
  'BURN_LIMIT',
  'DAY_LIMIT',
  'TOTAL_LIMIT',
  'SIZE_LIMIT',
  'BALANCE_GUARD',
  'PRICE_CEILING',
  'CREDIT_RESERVE_SHORT',
  'RATE_LIMITED',
]);

/** Exactly one valid document on stdout, nothing on stderr, the declared exit code. That its hints can be typed is seen to where it ran. */
export const expectFailure = ({ exit, stdout, stderr }: Ended, code: FailureCode): FailureDocument => {
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^[^\n]+\n$/);
  const document = failure.parse(JSON.parse(stdout));
  const { error } = document;
  expect(error).toMatchObject({ code, exit: failureCodes[code].exit, retryable: failureCodes[code].retryable });
  expect(exit).toBe(error.exit);
  if (withFigures.has(code)) {
    const check = error.checks.find((each) => each.code === code)!;
    expect(error.message).toContain(check.figure);
    expect(error.message).toContain(check.limit);
  }
  return document;
};
