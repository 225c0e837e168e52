import type { Check } from '../failure/failure.ts';
import type { FailureCode } from '../failure/failure-codes.ts';
import { usd } from '../money/money.ts';

export type JudgedCheck = Check & { ok: boolean };

/** One check with its sentence, which holds whether it passed or failed. */
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

/** A check that credits do not pass a limit; both are written in USD. */
export const atMost = (code: FailureCode, figure: bigint, limit: bigint, say: (figure: string, limit: string) => string): JudgedCheck =>
  judged(code, figure <= limit, usd(figure), usd(limit), say(usd(figure), usd(limit)));

/** A check that time alone mends: `seconds` are left, 0 when none. */
export const waited = (code: FailureCode, seconds: number, figure: number, limit: number, message: string): JudgedCheck => ({
  ...judged(code, seconds === 0, figure, limit, message),
  ...(seconds === 0 ? {} : { retryAfterSeconds: seconds }),
});
