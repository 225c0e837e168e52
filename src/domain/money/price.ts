import { Decimal } from 'decimal.js';
import { plainUnit } from './compute-unit.ts';
import { Exact } from './exact.ts';
import { creditsOver } from './money.ts';

/** An instance's prices in credits per hour: a compute unit with the disk it includes, and each MiB of disk beyond. */
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

/** The parts of a price in credits per second. */
export interface PriceLines {
  execution: Decimal;
  volumes: Decimal[];
  /** Zero or negative: takes off the disk that the compute units include. */
  discount: Decimal;
  total: Decimal;
}

/** The network's own default prices (protocol-ccn.md §5.4). Prices read from it must lie within 0.1 and 10 times of them. */
export const builtInPrices: Prices = {
  computeUnit: new Exact('14250'),
  storage: new Exact('0.17967489030626108'),
  unit: plainUnit,
};

/** The network computes in Python's decimal context: 28 digits, halves to even (pyaleph src/aleph/services/cost.py). */
const Python = Decimal.clone({ precision: 28, rounding: Decimal.ROUND_HALF_EVEN });

const floor18 = (value: Decimal): Decimal => value.toDecimalPlaces(18, Decimal.ROUND_FLOOR);

const perSecond = (creditsPerHour: Decimal): Decimal => new Python(creditsPerHour).div(3600);

export const computeUnitsOf = (
  { vcpus, memoryMib }: Pick<Size, 'vcpus' | 'memoryMib'>,
  unit: Prices['unit'] = builtInPrices.unit,
): number => Math.max(vcpus, Math.ceil(memoryMib / unit.memoryMib));

/** Credits per second of compute units, before the minimum that each part costs. */
export const executionCost = (units: number, prices: Prices): Decimal => floor18(new Python(units).times(perSecond(prices.computeUnit)));

/** Raises a part of a plain VM's price to the network's minimum, one credit an hour. */
const atLeast = (cost: Decimal): Decimal => Decimal.max(cost, floor18(new Python(1).div(3600)));

/** Adds the disks to the cost of compute units: each disk, the discount for the disk included, and the total. */
export const withDisks = (
  executions: readonly Decimal[],
  units: number,
  disksMib: readonly number[],
  prices: Prices,
): Omit<PriceLines, 'execution'> => {
  const storage = perSecond(prices.storage);
  const volumes = disksMib.map((mib) => atLeast(floor18(new Python(mib).times(storage))));
  const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((total, part) => total.plus(part), new Python(0));
  const included = new Python(units * prices.unit.diskMib).times(storage);
  const discount = floor18(Decimal.min(sum(volumes), included).neg());
  return { volumes, discount, total: floor18(sum(executions).plus(sum(volumes)).plus(discount)) };
};

/** The network's price of an instance, exact to its 18 decimals (protocol-ccn.md §5.5). `volumesMib`: disks beside the root disk. */
export const priceLines = (size: Size, prices: Prices, volumesMib: readonly number[] = []): PriceLines => {
  const units = computeUnitsOf(size, prices.unit);
  const execution = atLeast(executionCost(units, prices));
  return { execution, ...withDisks([execution], units, [size.diskMib, ...volumesMib], prices) };
};

/** Credits per second of a VM, 18 decimals, equal to the network's own estimate. */
export const rateOf = (size: Size, prices: Prices): Decimal => new Exact(priceLines(size, prices).total);

/** Does a price lie within 0.1 and 10 times of the usual one (product.md §1 rule 12)? */
export const within = (found: Decimal, usual: Decimal): boolean =>
  found.gte(new Exact(usual).div(10)) && found.lte(new Exact(usual).times(10));

/** Do prices lie within 0.1 and 10 times of `usual`, by default the built-in prices of an instance? */
export const plausiblePrices = ({ computeUnit, storage, unit }: Prices, usual: Prices = builtInPrices): boolean =>
  within(computeUnit, usual.computeUnit) &&
  within(storage, usual.storage) &&
  within(new Exact(unit.vcpus), new Exact(usual.unit.vcpus)) &&
  within(new Exact(unit.memoryMib), new Exact(usual.unit.memoryMib)) &&
  within(new Exact(unit.diskMib), new Exact(usual.unit.diskMib));

/** Does a rate lie within 0.1 and 10 times of the built-in rate of this size? */
export const plausibleRate = (rate: Decimal, size: Size): boolean => within(rate, rateOf(size, builtInPrices));

/** The cost of a rate between two instants (ms) in whole credits, rounded up; 0 when `until` is not after `from`. */
export const costBetween = (rate: Decimal, from: number, until: number): bigint =>
  creditsOver(rate, new Exact(Math.max(0, until - from)).div(1000));
