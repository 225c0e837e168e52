import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

export const groupSize = 10;

/** Worlds that nobody has seen before, and the same ones all day: seeds far from those that are always lived. */
const today = { date: new Date().toISOString().slice(0, 10), from: Math.floor(Date.now() / 86_400_000) * 1000 };

/** The seeds of a suite of worlds: the same ones always, or a few of today's where `npm test` asks. */
export const seedsToLive = (counts: { all: number; ofToday: number }): { seeds: number[]; whole: boolean } => {
  const whole = process.env['WORLDS'] !== 'of-today';
  const [first, count] = whole ? [1, counts.all] : [today.from, counts.ofToday];
  return { seeds: Array.from({ length: count }, (_, index) => first + index), whole };
};

/**
 * Lives so many worlds, from the first seed on, in tests of ten; and asks whether anything happened in them at all. `npm test` lives a
 * few of today's instead.
 */
export const liveWorlds = (title: string, ledgers: number, counts: { all: number; ofToday: number }): void => {
  const { seeds, whole } = seedsToLive(counts);
  const [first, count] = [seeds[0]!, seeds.length];
  const groups = seeds.filter((_, index) => index % groupSize === 0);
  if (!whole) process.stdout.write(`worlds of ${today.date}, ledgers ${ledgers}: seeds ${first} to ${first + count - 1}\n`);
  const totals = { bills: 0, deaths: 0, healthy: 0, extended: 0, approved: 0 };

  test.each(groups)(
    `${title} worlds %i and on: nothing unrecorded, no limit passed, nothing left over`,
    async (from) => {
      for (const seed of seeds.slice(from - first, from - first + groupSize)) {
        const lived = await simulate(seed, ledgers);
        for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += lived[key];
      }
    },
    180_000,
  );

  test('the worlds were lively', () => {
    expect(totals.bills).toBeGreaterThan(count);
    // too few worlds to tell more of
    if (!whole) return;
    expect(totals.deaths).toBeGreaterThan(count / 4);
    expect(totals.healthy).toBeGreaterThan(count / 4);
    // Of two ledgers only the one that spent last extends; most calls are the other's.
    expect(totals.extended).toBeGreaterThan(ledgers === 1 ? count / 20 : 0);
    expect(totals.approved).toBeGreaterThan(count / 20);
  });
};
