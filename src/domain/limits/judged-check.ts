import type { Check } from '../failure/failure.ts';
import type { FailureCode } from '../failure/failure-codes.ts';
import { usd } from '../money/money.ts';

export type JudgedCheck = Check & { ok: boolean };

/** Makes a check. Its sentence must hold whether the check passed or failed. */
export const judged = (
  code: FailureCode,
  ok: boolean,
  figure: bigint | number | string,
  limit: bigint | number | string,
  message: string,
): JudgedCheck => ({
  code,
  ok,
  figure: String(figure),
  limit: String(limit),
  message,
});

/** Makes a check that a figure in credits does not exceed a limit; figure and limit are written in USD. */
export const atMost = (code: FailureCode, figure: bigint, limit: bigint, say: (figure: string, limit: string) => string): JudgedCheck =>
  judged(code, figure <= limit, usd(figure), usd(limit), say(usd(figure), usd(limit)));

/** Makes a check that time alone mends: `seconds` are left, 0 when none. */
export const waited = (code: FailureCode, seconds: number, figure: number, limit: number, message: string): JudgedCheck => ({
  ...judged(code, seconds === 0, figure, limit, message),
  ...(seconds === 0 ? {} : { retryAfterSeconds: seconds }),
});
