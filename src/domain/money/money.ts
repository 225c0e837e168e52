import { Decimal } from 'decimal.js';
import { Failure } from '../failure/failure.ts';
import { Exact } from './exact.ts';

/** Credits per USD since 2026-02-02 (protocol-ccn.md §5.1). Older documents count in a unit 10,000 times larger. */
export const creditsPerUsd = 1_000_000n;

const usdPattern = /^(\d{1,12})(?:\.(\d{1,6}))?$/;

/** USD as a person writes it (`2`, `0.50`) to integer credits. Throws `USAGE` where the amount is not a whole number of credits. */
export const parseUsd = (text: string): bigint => {
  const match = usdPattern.exec(text);
  if (match === null) {
    throw new Failure('USAGE', `"${text}" is not an amount in USD: write digits with at most six decimals, like 2 or 0.50.`);
  }
  return BigInt(match[1]!) * creditsPerUsd + BigInt((match[2] ?? '').padEnd(6, '0'));
};

/** Integer credits to USD, exact, with four to six decimals: `0.3990`, `0.000001`. */
export const usd = (credits: bigint): string => {
  const sign = credits < 0n ? '-' : '';
  const size = credits < 0n ? -credits : credits;
  const decimals = (size % creditsPerUsd)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,2}$/, '');
  return `${sign}${size / creditsPerUsd}.${decimals}`;
};

/** For people: USD with a fixed number of decimals (0 to 6). Round costs up and balances down. */
export const fixedUsd = (credits: bigint, decimals: number, rounding: 'up' | 'down' = 'up'): string =>
  new Exact(credits.toString())
    .div(creditsPerUsd.toString())
    .toFixed(decimals, rounding === 'up' ? Decimal.ROUND_CEIL : Decimal.ROUND_FLOOR);

/** Rounds credits up to a whole number, because a cost is never rounded down. */
export const wholeCredits = (credits: Decimal): bigint => BigInt(credits.toFixed(0, Decimal.ROUND_CEIL));

/** A rate in credits per second over a number of seconds, in whole credits, rounded up. */
export const creditsOver = (perSecond: Decimal, seconds: Decimal.Value): bigint => wholeCredits(new Exact(perSecond).times(seconds));

const perHour = (perSecond: Decimal): Decimal => new Exact(perSecond).times(3600);

/**
 * A rate in credits per second as USD per hour: nine decimals, without trailing zeros. The network cuts rates after 18
 * decimals, so 3.958333333333333333 credits/s is 0.01425 USD/h and not 0.0142499999999999999988.
 */
export const usdPerHour = (perSecond: Decimal): string =>
  perHour(perSecond).div(creditsPerUsd.toString()).toDecimalPlaces(9, Decimal.ROUND_CEIL).toFixed();

/** A rate in credits per second as whole credits per hour, rounded up. */
export const creditsPerHour = (perSecond: Decimal): bigint => wholeCredits(perHour(perSecond));
