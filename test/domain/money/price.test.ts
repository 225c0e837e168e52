import { readFileSync } from 'node:fs';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usdPerHour } from '../../../src/domain/money/money.ts';
import {
  builtInPrices,
  computeUnitsOf,
  costBetween,
  type Prices,
  plausiblePrices,
  plausibleRate,
  priceLines,
  rateOf,
} from '../../../src/domain/money/price.ts';

interface Estimate {
  name: string;
  message_type: string;
  content: {
    payment?: { type: string };
    resources?: { vcpus: number; memory: number };
    rootfs?: { size_mib: number };
    volumes?: { size_mib?: number; estimated_size_mib?: number }[];
    requirements?: { gpu?: unknown[] };
  };
  response: { cost: string; detail: { type: string; cost_credit: string }[] };
}

const recorded = JSON.parse(readFileSync(new URL('../../fixtures/measured/price-estimates.json', import.meta.url), 'utf8')) as Estimate[];
const plain = recorded.filter(({ message_type: type, content }) => type === 'INSTANCE' && !content.requirements?.gpu?.length);
const sizeOf = (content: Estimate['content']) => ({
  vcpus: content.resources!.vcpus,
  memoryMib: content.resources!.memory,
  diskMib: content.rootfs!.size_mib,
});
const volumesOf = (content: Estimate['content']) =>
  (content.volumes ?? []).map((volume) => (volume.size_mib ?? volume.estimated_size_mib)!);

describe('the price of an instance', () => {
  it('has recorded answers to be held against', () => {
    expect(plain.length).toBe(11);
    expect(plain.filter(({ content }) => content.payment?.type === 'credit').length).toBe(8);
  });

  it.each(plain.map((estimate) => [estimate.name, estimate] as const))(
    'is what the network answered, line by line: %s',
    (_, { content, response }) => {
      const lines = priceLines(sizeOf(content), builtInPrices, volumesOf(content));
      const answered = response.detail.map(({ cost_credit: credit }) => credit);
      expect([lines.execution, ...lines.volumes, lines.discount].map((line) => line.toFixed(18))).toEqual(answered);
      if (content.payment?.type === 'credit') expect(lines.total.toFixed(18)).toBe(response.cost);
    },
  );

  it.each([
    [1, 20_480, '3.958333333333333333', '0.01425'],
    [2, 40_960, '7.916666666666666666', '0.0285'],
    [4, 81_920, '15.833333333333333333', '0.057'],
    [6, 122_880, '23.750000000000000000', '0.0855'],
    [8, 163_840, '31.666666666666666666', '0.114'],
    [12, 245_760, '47.500000000000000000', '0.171'],
    [1, 40_960, '4.980483820408951920', '0.017929742'],
  ])('%i CU with %i MiB', (units, diskMib, rate, hourly) => {
    const found = rateOf({ vcpus: units, memoryMib: units * 2048, diskMib }, builtInPrices);
    expect([found.toFixed(18), usdPerHour(found)]).toEqual([rate, hourly]);
  });

  it('is at least one credit an hour for each part', () => {
    const nothing: Prices = { ...builtInPrices, computeUnit: new Decimal(0), storage: new Decimal(0) };
    const lines = priceLines({ vcpus: 1, memoryMib: 1, diskMib: 1 }, nothing, [1]);
    const least = '0.000277777777777777';
    expect([lines.execution, ...lines.volumes].map((line) => line.toFixed(18))).toEqual([least, least, least]);
    expect(lines.total.toFixed(18)).toBe('0.000833333333333331');
  });

  it('XA-20: counts memory in whole compute units, and never falls when something is added', () => {
    expect(computeUnitsOf({ vcpus: 1, memoryMib: 2049 })).toBe(2);
    const size = fc.record({
      vcpus: fc.integer({ min: 1, max: 64 }),
      memoryMib: fc.integer({ min: 1, max: 131_072 }),
      diskMib: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 4096 }), (small, more) => {
        const rate = rateOf(small, builtInPrices);
        // Capped or not, the discount is cut at the 18th decimal: one in the last place may go.
        const tolerance = new Decimal('1e-17');
        return (
          rateOf({ ...small, diskMib: small.diskMib + more }, builtInPrices)
            .plus(tolerance)
            .gte(rate) &&
          rateOf({ ...small, vcpus: small.vcpus + more }, builtInPrices).gt(0) &&
          rate.decimalPlaces() <= 18
        );
      }),
    );
  });

  it('is believed only within a tenth and ten times of the usual', () => {
    const times = (factor: string): Prices => ({ ...builtInPrices, computeUnit: builtInPrices.computeUnit.times(factor) });
    expect(['0.0999', '0.1', '1', '10', '10.001'].map((factor) => plausiblePrices(times(factor)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(plausiblePrices({ ...builtInPrices, storage: new Decimal(2) })).toBe(false);
    expect(plausiblePrices({ ...builtInPrices, unit: { ...builtInPrices.unit, memoryMib: 128 } })).toBe(false);
    const one = { vcpus: 1, memoryMib: 2048, diskMib: 20_480 };
    expect(['0.3', '3.9', '39', '40'].map((rate) => plausibleRate(new Decimal(rate), one))).toEqual([false, true, true, false]);
  });

  it('until an expiry is whole credits, rounded up', () => {
    const rate = rateOf({ vcpus: 1, memoryMib: 2048, diskMib: 20_480 }, builtInPrices);
    expect(costBetween(rate, 0, 4 * 3_600_000)).toBe(57_000n);
    expect(costBetween(rate, 0, 1)).toBe(1n);
    expect(costBetween(rate, 5, 5)).toBe(0n);
    expect(costBetween(rate, 6, 5)).toBe(0n);
  });
});
