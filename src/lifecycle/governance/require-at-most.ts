import { Failure } from '../../domain/failure/failure.ts';
import { Exact } from '../../domain/money/exact.ts';
import { human } from '../../domain/suggest/fix.ts';

/**
 * Refuses to approve what costs more than its approver expects, USD; `expected` absent: nothing is expected. What costs nothing, like a
 * destroy or a policy, is refused as well: whoever names a sum means something else. `PRICE_CEILING`.
 */
export const requireAtMost = (mostUsd: string, expected: string | undefined): void => {
  if (expected === undefined) return;
  const most = new Exact(mostUsd).isZero() ? null : mostUsd;
  if (most !== null && new Exact(most).lte(expected)) return;
  const says =
    most === null
      ? `--expect-most ${expected} is for what costs a sum, and this has none.`
      : `It may cost up to ${most} USD, and --expect-most is ${expected}.`;
  throw new Failure('PRICE_CEILING', `${says} Nothing was approved.`, {
    checks: [
      {
        code: 'PRICE_CEILING',
        of: 'expectMost',
        figure: most ?? 'no sum',
        limit: expected,
        message: says,
      },
    ],
    fix: human(
      most === null ? 'Read it, then approve it without --expect-most.' : 'Approve it by naming the sum that you expect, or deny it.',
    ),
  });
};
