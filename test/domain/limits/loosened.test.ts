import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits, type Limits } from '../../../src/domain/limits/limits.ts';
import { loosened, loosenedTasks } from '../../../src/domain/limits/loosened.ts';

const keys = Object.keys(defaultLimits) as (keyof Limits)[];
const changed = (limit: keyof Limits, by: number): Limits => {
  const value = defaultLimits[limit];
  return { ...defaultLimits, [limit]: typeof value === 'bigint' ? value + BigInt(by) : value + by };
};
const inverse: (keyof Limits)[] = ['balanceGuardPercent', 'coolDownSeconds', 'breakerPauseSeconds'];

describe('what only a person may change', () => {
  it('W-155 ending what is unreachable, and ending it sooner; off and later are free', () => {
    const ending = (seconds: number): Limits => ({ ...defaultLimits, teardownUnreachableSeconds: seconds });
    for (const [from, to] of [
      [0, 1800],
      [1800, 600],
    ] as const) {
      expect(loosened(ending(from), ending(to))).toEqual(['teardownUnreachableSeconds']);
      expect(loosened(ending(to), ending(from))).toEqual([]);
    }
  });

  it('product.md §1 rule 4: ending what has no timer of its own is free, later and off are not', () => {
    const ending = (seconds: number): Limits => ({ ...defaultLimits, endUnarmedSeconds: seconds });
    for (const [from, to] of [
      [1800, 0],
      [600, 1800],
    ] as const) {
      expect(loosened(ending(from), ending(to))).toEqual(['endUnarmedSeconds']);
      expect(loosened(ending(to), ending(from))).toEqual([]);
    }
    expect(loosened(ending(0), ending(600), 3600)).toEqual(['endUnarmedSeconds']);
  });

  it.each(keys.filter((limit) => limit !== 'teardownUnreachableSeconds' && limit !== 'endUnarmedSeconds'))(
    '%s: one direction gives room, the other is free',
    (limit) => {
      const room = inverse.includes(limit) ? -1 : 1;
      expect(loosened(defaultLimits, changed(limit, room))).toEqual([limit]);
      expect(loosened(defaultLimits, changed(limit, -room))).toEqual([]);
    },
  );

  it('the longest lifetime below what a running VM was promised', () => {
    const shorter = changed('maxTtlSeconds', -3600);
    expect(loosened(defaultLimits, shorter, 4 * 3600)).toEqual([]);
    expect(loosened(defaultLimits, shorter, 24 * 3600)).toEqual(['maxTtlSeconds']);
  });

  it('there and back again always needs a person once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.integer({ min: 1, max: 1000 }), (limit, by) => {
        const other = changed(limit, by);
        return loosened(defaultLimits, other).length + loosened(other, defaultLimits).length === 1;
      }),
    );
  });

  it('a budget of a task: raising it and taking it away; a new one or a lower one is free', () => {
    const from = { nightly: 500_000n, constructor: 5n };
    expect(loosenedTasks(from, { ...from, more: 1n })).toEqual([]);
    expect(loosenedTasks(from, { nightly: 499_999n, constructor: 5n })).toEqual([]);
    expect(loosenedTasks(from, { nightly: 500_001n, constructor: 5n })).toEqual(['nightly']);
    expect(loosenedTasks(from, { nightly: 500_000n })).toEqual(['constructor']);
  });
});
