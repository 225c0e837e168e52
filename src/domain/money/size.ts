import { Failure } from '../failure/failure.ts';
import { builtInPrices, computeUnitsOf, type Prices, type Size } from './price.ts';

/** The size that a person or agent asked for; undefined members were not given. */
export interface SizeRequest {
  computeUnits?: number | undefined;
  vcpus?: number | undefined;
  memoryMib?: number | undefined;
  diskMib?: number | undefined;
}

/** Compute units of the tiers that the network offers (protocol-ccn.md §5.4). */
export const offeredUnits: readonly number[] = [1, 2, 4, 6, 8, 12];

/** The ranges of the network's own schema (protocol-ccn.md §3.3, §3.7). */
const ranges = {
  vcpus: { least: 1, most: 256, flag: '--vcpus', unit: 'vCPUs' },
  memoryMib: { least: 1, most: 1_048_576, flag: '--memory', unit: 'MiB' },
  diskMib: { least: 1, most: 1_953_125, flag: '--disk', unit: 'MiB' },
} as const;

const usage = (message: string): Failure => new Failure('USAGE', message);

const checked = (key: keyof typeof ranges, value: number): number => {
  const { least, most, flag, unit } = ranges[key];
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw usage(`${flag} ${value} is not possible: give a whole number from ${least} to ${most} ${unit}.`);
};

/**
 * Completes a size. Missing memory and vCPUs follow the proportion of a compute unit; a missing disk is the one included, at least as large
 * as the image's. Throws `USAGE`, naming the value, for a size that cannot be.
 */
export const sizeOf = (
  request: SizeRequest,
  minDiskMib = 0,
  unit: Prices['unit'] = builtInPrices.unit,
): Size & { computeUnits: number } => {
  const { computeUnits: units, vcpus, memoryMib, diskMib } = request;
  if (units !== undefined && (vcpus !== undefined || memoryMib !== undefined)) {
    throw usage('--cu says vCPUs and memory already: give --cu, or --vcpus and --memory.');
  }
  if (units !== undefined && !offeredUnits.includes(units)) {
    throw usage(`--cu ${units} is not offered: choose ${offeredUnits.join(', ')}, or give --vcpus and --memory.`);
  }
  const memory = memoryMib === undefined ? undefined : checked('memoryMib', memoryMib);
  const implied = units ?? (memory === undefined ? (vcpus ?? 1) : Math.ceil(memory / unit.memoryMib));
  const size = {
    vcpus: checked('vcpus', vcpus ?? (units === undefined ? Math.min(implied, ranges.vcpus.most) : units * unit.vcpus)),
    memoryMib: memory ?? checked('memoryMib', implied * unit.memoryMib),
  };
  const computeUnits = computeUnitsOf(size, unit);
  const disk = checked('diskMib', diskMib ?? Math.min(ranges.diskMib.most, Math.max(computeUnits * unit.diskMib, minDiskMib)));
  if (disk < minDiskMib) throw usage(`--disk ${disk} is too small: the image needs ${minDiskMib} MiB.`);
  return { ...size, diskMib: disk, computeUnits };
};
