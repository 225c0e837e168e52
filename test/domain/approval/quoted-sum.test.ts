import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotedSum, tailOf } from '../../../src/domain/approval/quoted-sum.ts';

const everyTail = Array.from({ length: 9_999 }, (_, step) => BigInt(step + 1));

test('a sum is at least what is asked for, less than two cents more, with a tail that no other has', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 10n ** 12n }),
      fc.set(fc.bigInt({ min: 1n, max: 9_999n })),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (least, tails, draw) => {
        const taken = new Set(tails);
        const sum = quotedSum(least, taken, draw)!;
        expect(sum > least && sum < least + 20_000n).toBe(true);
        expect(tailOf(sum)).not.toBe(0n);
        expect(taken.has(tailOf(sum))).toBe(false);
      },
    ),
  );
});

test('the last free tail is found from wherever chance begins, and where none is free there is no sum', () => {
  const taken = new Set(everyTail.filter((tail) => tail !== 4_321n));
  expect([0, 0.5, 0.9999].map((draw) => quotedSum(228_000n, taken, draw))).toEqual([234_321n, 234_321n, 234_321n]);
  expect(quotedSum(228_000n, new Set(everyTail), 0.3)).toBeNull();
});
