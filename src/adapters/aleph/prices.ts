import type { Decimal } from 'decimal.js';
import * as z from 'zod';
import { Exact } from '../../domain/exact.ts';
import { Failure } from '../../domain/failure.ts';
import type { PriceTable } from '../../ports/cloud.ts';
import { agreeing } from './agreeing.ts';
import type { CcnHosts } from './ccn-hosts.ts';
import { aggregatePath, officialAggregates } from './official-aggregates.ts';
import { wireDecimal } from './wire-values.ts';

/** The network's built-in prices, credits per hour (protocol-ccn.md §5.4). What is read must lie within a tenth and ten times of them. */
const builtIn = { computeUnit: '14250', storage: '0.17967489030626108' } as const;

const count = z.int().positive();
const instance = z.object({
  price: z.object({ compute_unit: z.object({ credit: wireDecimal }), storage: z.object({ credit: wireDecimal }) }),
  compute_unit: z.object({ vcpus: count, memory_mib: count, disk_mib: count }),
  tiers: z.array(z.object({ id: z.string().regex(/^[\w.-]{1,32}$/), compute_units: count.max(256) })).max(64),
});
const shape = z.object({ data: z.object({ pricing: z.object({ instance }) }) });

const table = (found: z.output<typeof instance>): PriceTable => ({
  computeUnit: found.price.compute_unit.credit,
  storage: found.price.storage.credit,
  unit: { vcpus: found.compute_unit.vcpus, memoryMib: found.compute_unit.memory_mib, diskMib: found.compute_unit.disk_mib },
  tiers: found.tiers.map((tier) => ({ id: tier.id, computeUnits: tier.compute_units })),
});

const inBounds = (found: Decimal, usual: string): boolean => found.gte(new Exact(usual).div(10)) && found.lte(new Exact(usual).times(10));

/** The bounds of one table: prices within a tenth and ten times, a compute unit within the same of what it usually is. */
const plausible = ({ computeUnit, storage, unit }: PriceTable): boolean =>
  inBounds(computeUnit, builtIn.computeUnit) &&
  inBounds(storage, builtIn.storage) &&
  inBounds(new Exact(unit.vcpus), '1') &&
  inBounds(new Exact(unit.memoryMib), '2048') &&
  inBounds(new Exact(unit.diskMib), '20480');

/** The instance prices that two hosts give alike. `PRICE_UNREADABLE` otherwise, and when they lie out of bounds. */
export const prices = async (ccn: CcnHosts): Promise<PriceTable> => {
  const path = aggregatePath(officialAggregates.settings, 'pricing');
  const read = async (host: string) => {
    const reading = await ccn.from(host, path, shape);
    return reading.kind === 'value' ? table(reading.value.data.pricing.instance) : null;
  };
  const { value, answered } = await agreeing(ccn.hosts, read, (found) => JSON.stringify(found));
  if (value === null) {
    const found = answered < 2 ? `${answered} gave one` : 'they differ';
    throw new Failure('PRICE_UNREADABLE', `Two CCN hosts must give the same prices; of ${ccn.hosts.length} asked, ${found}.`);
  }
  if (!plausible(value)) {
    const figures = `${value.computeUnit.toFixed()} credits per compute unit and hour, ${value.storage.toFixed()} per MiB and hour`;
    throw new Failure('PRICE_UNREADABLE', `The network's prices lie outside a tenth to ten times the usual: ${figures}.`);
  }
  return value;
};
