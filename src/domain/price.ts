import { Decimal } from 'decimal.js';
import { Exact } from './exact.ts';
import { creditsOver } from './money.ts';

/** Credits per hour for an instance: one compute unit with the disk it includes, and a MiB of disk beyond. */
export interface Prices {
  computeUnit: Decimal;
  storage: Decimal;
  unit: { vcpus: number; memoryMib: number; diskMib: number };
}

export interface Size {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
}

/** Credits per second. */
export interface PriceLines {
  execution: Decimal;
  volumes: Decimal[];
  /** Zero or negative: disk that the compute units include. */
  discount: Decimal;
  total: Decimal;
}

/** The network's own defaults (protocol-ccn.md §5.4). What is read must lie within 0.1 and 10 times of them. */
export const builtInPrices: Prices = {
  computeUnit: new Exact('14250'),
  storage: new Exact('0.17967489030626108'),
  unit: { vcpus: 1, memoryMib: 2048, diskMib: 20_480 },
};

/** The network computes in Python's decimal context: 28 digits, halves to even (pyaleph src/aleph/services/cost.py). */
const Python = Decimal.clone({ precision: 28, rounding: Decimal.ROUND_HALF_EVEN });

const floor18 = (value: Decimal): Decimal => value.toDecimalPlaces(18, Decimal.ROUND_FLOOR);

const perSecond = (creditsPerHour: Decimal): Decimal => new Python(creditsPerHour).div(3600);

export const computeUnitsOf = (
  { vcpus, memoryMib }: Pick<Size, 'vcpus' | 'memoryMib'>,
  unit: Prices['unit'] = builtInPrices.unit,
): number => Math.max(vcpus, Math.ceil(memoryMib / unit.memoryMib));

/** What the network charges for an instance, to the last of its 18 decimals (protocol-ccn.md §5.5). `volumesMib`: disks beside the root. */
export const priceLines = (size: Size, prices: Prices, volumesMib: readonly number[] = []): PriceLines => {
  const least = floor18(new Python(1).div(3600));
  const atLeast = (cost: Decimal): Decimal => Decimal.max(floor18(cost), least);
  const units = computeUnitsOf(size, prices.unit);
  const storage = perSecond(prices.storage);
  const execution = atLeast(new Python(units).times(perSecond(prices.computeUnit)));
  const volumes = [size.diskMib, ...volumesMib].map((mib) => atLeast(new Python(mib).times(storage)));
  const disks = volumes.reduce((sum, volume) => sum.plus(volume), new Python(0));
  const included = new Python(units * prices.unit.diskMib).times(storage);
  const discount = floor18(Decimal.min(disks, included).neg());
  return { execution, volumes, discount, total: floor18(execution.plus(disks).plus(discount)) };
};

/** Credits per second of a VM, 18 decimals, as the network's estimate says it. */
export const rateOf = (size: Size, prices: Prices): Decimal => new Exact(priceLines(size, prices).total);

const within = (found: Decimal, usual: Decimal): boolean => found.gte(new Exact(usual).div(10)) && found.lte(new Exact(usual).times(10));

/** Do prices lie within 0.1 and 10 times of the built-in ones (product.md §1 rule 12)? */
export const plausiblePrices = ({ computeUnit, storage, unit }: Prices): boolean =>
  within(computeUnit, builtInPrices.computeUnit) &&
  within(storage, builtInPrices.storage) &&
  within(new Exact(unit.vcpus), new Exact(builtInPrices.unit.vcpus)) &&
  within(new Exact(unit.memoryMib), new Exact(builtInPrices.unit.memoryMib)) &&
  within(new Exact(unit.diskMib), new Exact(builtInPrices.unit.diskMib));

/** Does a rate lie within 0.1 and 10 times of what the built-in prices say for this size? */
export const plausibleRate = (rate: Decimal, size: Size): boolean => within(rate, rateOf(size, builtInPrices));

/** What a rate comes to between two instants (ms), in whole credits, rounded up; nothing when `until` is not after `from`. */
export const costBetween = (rate: Decimal, from: number, until: number): bigint =>
  creditsOver(rate, new Exact(Math.max(0, until - from)).div(1000));
