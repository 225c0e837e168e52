import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rescueSum } from '../../../src/domain/burn/rescue.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { figures, hour, noon, oneUnit, vm } from '../judge/judge-case.ts';

const burning = (credits: bigint, consumed = 0n) =>
  figures(credits, { burn: { perSecond: oneUnit, resources: [{ id: 'a', perSecond: oneUnit, consumed }] } });
const row = vm('a', { signedAt: noon - 2 * hour });

describe('what saves a VM that is about to be removed', () => {
  it('is a day and an hour of the burn and what is not billed yet, less what is there', () => {
    expect(rescueSum([], burning(0n), noon)).toBe(356_250n);
    expect(rescueSum([row], burning(0n), noon)).toBe(356_250n + 28_500n);
    expect(rescueSum([row], burning(100_000n, 28_500n), noon)).toBe(256_250n);
    expect(rescueSum([{ ...row, billed: 14_250n }], burning(356_250n), noon)).toBe(14_250n);
    expect(rescueSum([{ ...row, state: 'terminated' }], burning(356_249n), noon)).toBe(1n);
  });

  it('is nothing where enough is there, and with it a day of everything is there when the network looks', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 1_000_000n }),
        fc.integer({ min: 1, max: 9 }),
        fc.bigInt({ min: 0n, max: 30_000n }),
        (credits, rate, consumed) => {
          const burn = { perSecond: oneUnit.times(rate), resources: [{ id: 'a', perSecond: oneUnit.times(rate), consumed }] };
          const vms = [{ ...row, rate: oneUnit.times(rate).toFixed(18) }];
          const sum = rescueSum(vms, figures(credits, { burn }), noon);
          const day = new Exact(86_400).times(burn.perSecond);
          const used = new Exact(3 * 3600).times(burn.perSecond).minus(consumed.toString());
          const left = new Exact((credits + sum).toString()).minus(used.gt(0) ? used : 0);
          return sum >= 0n && left.gte(day.minus(1));
        },
      ),
    );
  });
});
