import { Decimal } from 'decimal.js';
import { Exact } from '../../domain/exact.ts';
import type { VmSpec } from '../../domain/vm-record.ts';
import type { PriceTable } from '../../ports/cloud.ts';

const perHour = 3600;
const floor18 = (value: Decimal): Decimal => value.toDecimalPlaces(18, Decimal.ROUND_FLOOR);

/**
 * Credits per second of a VM with a root disk only, to 18 decimals as the network computes it (protocol-ccn.md §5.5): compute
 * units and disk cost at least one credit per hour each; the disk of the units is included.
 */
export const tablePrice = (spec: VmSpec, table: PriceTable): Decimal => {
  const least = floor18(new Exact(1).div(perHour));
  const units = Math.max(spec.vcpus, Math.ceil(spec.memoryMib / table.unit.memoryMib));
  const execution = Decimal.max(floor18(new Exact(table.computeUnit).times(units).div(perHour)), least);
  const disk = Decimal.max(floor18(new Exact(table.storage).times(spec.diskMib).div(perHour)), least);
  const included = new Exact(table.storage).times(units).times(table.unit.diskMib).div(perHour);
  return execution.plus(disk).plus(floor18(Decimal.min(disk, included).negated()));
};
