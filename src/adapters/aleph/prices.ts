import * as z from 'zod';
import { Failure } from '../../domain/failure.ts';
import { plausiblePrices } from '../../domain/price.ts';
import type { PriceTable } from '../../ports/cloud.ts';
import { agreeing } from './agreeing.ts';
import type { CcnHosts } from './ccn-hosts.ts';
import { aggregatePath, officialAggregates } from './official-aggregates.ts';
import { wireDecimal } from './wire-values.ts';

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

/** The instance prices that two hosts give alike. `PRICE_UNREADABLE` otherwise, and when they lie out of bounds. */
export const prices = async (ccn: CcnHosts): Promise<PriceTable> => {
  const path = aggregatePath(officialAggregates.settings, 'pricing');
  const read = async (host: string) => {
    const reading = await ccn.from(host, path, shape);
    return reading.kind === 'value' ? table(reading.value.data.pricing.instance) : null;
  };
  const { value, answered } = await agreeing(ccn.inOrder(), read, (found) => JSON.stringify(found));
  if (value === null) {
    const found = answered < 2 ? `${answered} gave one` : 'they differ';
    throw new Failure('PRICE_UNREADABLE', `Two CCN hosts must give the same prices; of ${ccn.hosts.length} asked, ${found}.`);
  }
  if (!plausiblePrices(value)) {
    const figures = `${value.computeUnit.toFixed()} credits per compute unit and hour, ${value.storage.toFixed()} per MiB and hour`;
    throw new Failure('PRICE_UNREADABLE', `The network's prices lie outside a tenth to ten times the usual: ${figures}.`);
  }
  return value;
};
