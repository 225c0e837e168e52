import { type FailureCode, failureCodes } from './failure-codes.ts';

/** Exit codes, gravest first: usage, auth, not found, conflict, deny, credits, wait, approval (product.md §3). */
const order: readonly number[] = [2, 9, 3, 7, 4, 5, 6, 10];

const rank = (code: FailureCode): number => {
  const place = order.indexOf(failureCodes[code].exit);
  return place < 0 ? order.length : place;
};

/** Failing checks, gravest first; equally grave ones keep their order. The first check decides the exit code. */
export const bySeverity = <Checked extends { code: FailureCode }>(checks: readonly Checked[]): Checked[] =>
  [...checks].sort((a, b) => rank(a.code) - rank(b.code));
