import { Exact } from '../money/exact.ts';

/** Two sources may differ by this many per cent. */
export const tolerancePercent = 2;

const names: ReadonlySet<string> = new Set(['usd', 'price', 'amount']);
const decimal = /^\d{1,12}(\.\d{1,18})?$/;

const priceIn = (key: string, value: unknown): string[] => {
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([name, member]) => priceIn(name, member));
  if (!names.has(key.toLowerCase())) return [];
  const text = typeof value === 'number' ? new Exact(value).toFixed() : String(value);
  return decimal.test(text) && !new Exact(text).isZero() ? [text] : [];
};

/**
 * The one price in a source's answer: a number or its digits under `usd`, `price` or `amount`, as deep as it may lie. null where there is
 * none, or more than one: which of them is meant is never guessed.
 */
export const readTokenPrice = (answer: unknown): string | null => {
  const found = [...new Set(priceIn('', answer))];
  return found.length === 1 ? found[0]! : null;
};

/** Do two prices lie within the tolerance of each other, measured by the lower one? */
export const pricesAgree = (one: string, other: string): boolean => {
  const [low, high] = [new Exact(one), new Exact(other)].sort((a, b) => a.comparedTo(b));
  return high!.minus(low!).times(100).lte(low!.times(tolerancePercent));
};

/** The lower of two prices: an estimate of credits that promises no more than either source. */
export const lowerPrice = (one: string, other: string): string => (new Exact(one).lte(other) ? one : other);
