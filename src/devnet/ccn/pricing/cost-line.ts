import { Decimal } from 'decimal.js';

export type PaymentType = 'hold' | 'superfluid' | 'credit';

/** One part of a price. `hold` in tokens, `stream` in tokens per second, `credit` in credits per second. */
export interface CostLine {
  type: string;
  name: string;
  hold: Decimal;
  stream: Decimal;
  credit: Decimal;
  sizeMib: number | null;
}

/** Decimals as the server computes them: 28 digits, halves to even (protocol-ccn §5.5). */
export const Exact = Decimal.clone({ precision: 28, rounding: Decimal.ROUND_HALF_EVEN, toExpNeg: -60, toExpPos: 60 });

/** Toward minus infinity at 18 decimals, and never a negative zero. */
export const floor18 = (value: Decimal): Decimal => value.toDecimalPlaces(18, Decimal.ROUND_FLOOR).plus(0);

export const fixed18 = (value: Decimal): string => (value.isZero() ? new Exact(0) : value).toFixed(18);

export const column = { hold: 'hold', superfluid: 'stream', credit: 'credit' } as const;

/** What all lines come to, in the column of its payment type. */
export const totalOf = (lines: readonly CostLine[], paymentType: PaymentType): Decimal =>
  floor18(lines.reduce((sum, line) => sum.plus(line[column[paymentType]]), new Exact(0)));
