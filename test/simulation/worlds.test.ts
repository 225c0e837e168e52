import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

const one = process.env['SIMULATION_SEED'];
const first = Number(process.env['SIMULATION_FROM'] ?? 1);
const count = Number(process.env['SIMULATION_WORLDS'] ?? 40);
const seeds = one === undefined ? Array.from({ length: count }, (_, index) => first + index) : [Number(one)];
const groupSize = 5;
const groups = Array.from({ length: Math.ceil(seeds.length / groupSize) }, (_, index) =>
  seeds.slice(index * groupSize, (index + 1) * groupSize),
);

/** What the worlds came to, so that a simulation in which nothing happens is noticed. */
const totals = { bills: 0, deaths: 0, healthy: 0 };

test.each(groups)(
  'XA-04 W-115 W-119 worlds %i and on: nothing unrecorded, no limit passed, nothing left over',
  async (...group) => {
    for (const seed of group) {
      const { bills, deaths, healthy } = await simulate(seed);
      totals.bills += bills;
      totals.deaths += deaths;
      totals.healthy += healthy;
    }
  },
  120_000,
);

test('the worlds were lively', () => {
  if (one !== undefined) return;
  expect(totals.bills).toBeGreaterThan(seeds.length);
  expect(totals.deaths).toBeGreaterThan(seeds.length / 4);
  expect(totals.healthy).toBeGreaterThan(seeds.length / 4);
});
