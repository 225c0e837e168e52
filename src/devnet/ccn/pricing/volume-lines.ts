import { Decimal } from 'decimal.js';
import type { CcnState } from '../state.ts';
import type { CostLine, PaymentType } from './cost-line.ts';
import { Exact, floor18 } from './cost-line.ts';
import type { Product } from './price-table.ts';

const MIB = 1024 * 1024;

export interface Volume {
  type: string;
  name: string;
  /** MiB when known beforehand; else the file's own size counts. */
  sizeMib: number | null;
  ref: string | null;
  useLatest: boolean;
}

/** One credit an hour: nothing that credits pay for is cheaper. */
export const leastCredit = floor18(new Exact(1).div(3600));

/** Size in MiB of the file behind a reference; null when it is unknown here. Both kinds of reference name a STORE message. */
export const fileMib = (state: CcnState, ref: string): number | null => {
  const pin = state.pins.get(ref) ?? [...state.pins.values()].find((one) => one.tag === ref);
  const bytes = pin === undefined ? undefined : state.files.get(pin.fileHash);
  return bytes === undefined ? null : bytes / MIB;
};

/** Volumes whose file is unknown cost nothing. The size that is shown is the file's, even where another was foretold. */
export const volumeLines = (state: CcnState, volumes: readonly Volume[], price: Product, paidBy: PaymentType): CostLine[] =>
  volumes.flatMap((volume) => {
    const stored = volume.ref === null || volume.type === 'EXECUTION_INSTANCE_VOLUME_ROOTFS' ? null : fileMib(state, volume.ref);
    const mib = volume.sizeMib ?? stored;
    if (mib === null) return [];
    const size = new Exact(mib);
    const credit = floor18(size.times(price.storage.credit));
    return [
      {
        type: volume.type,
        name: volume.name,
        hold: floor18(size.times(price.storage.hold)),
        stream: floor18(size.times(price.storage.stream)),
        credit: paidBy === 'credit' ? Decimal.max(credit, leastCredit) : credit,
        sizeMib: stored ?? mib,
      },
    ];
  });

/** The disk that comes with the compute units, taken off again. */
export const discountLine = (lines: readonly CostLine[], price: Product, units: number): CostLine => {
  const included = new Exact(price.diskMib).times(units);
  const off = (column: 'hold' | 'stream' | 'credit'): Decimal => {
    const sum = lines.reduce((total, line) => total.plus(line[column]), new Exact(0));
    return floor18(Decimal.min(sum, included.times(price.storage[column])).negated());
  };
  const type = 'EXECUTION_VOLUME_DISCOUNT';
  return { type, name: type, hold: off('hold'), stream: off('stream'), credit: off('credit'), sizeMib: null };
};
