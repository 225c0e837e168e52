import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

const groupSize = 10;

/** Lives so many worlds, from the first seed on, in tests of ten; and asks whether anything happened in them at all. */
export const liveWorlds = (title: string, ledgers: number, count: number): void => {
  const seeds = Array.from({ length: count }, (_, index) => 1 + index);
  const groups = seeds.filter((seed) => seed % groupSize === 1);
  const totals = { bills: 0, deaths: 0, healthy: 0, extended: 0, approved: 0 };

  test.each(groups)(
    `${title} worlds %i and on: nothing unrecorded, no limit passed, nothing left over`,
    async (from) => {
      for (const seed of seeds.slice(from - 1, from - 1 + groupSize)) {
        const lived = await simulate(seed, ledgers);
        for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += lived[key];
      }
    },
    180_000,
  );

  test('the worlds were lively', () => {
    expect(totals.bills).toBeGreaterThan(count);
    expect(totals.deaths).toBeGreaterThan(count / 4);
    expect(totals.healthy).toBeGreaterThan(count / 4);
    // Of two ledgers only the one that spent last extends; most calls are the other's.
    expect(totals.extended).toBeGreaterThan(ledgers === 1 ? count / 20 : 0);
    expect(totals.approved).toBeGreaterThan(count / 20);
  });
};
