import { Decimal } from 'decimal.js';
import { Failure } from '../failure/failure.ts';
import { Exact } from '../money/exact.ts';

export const tokens = ['usdc', 'aleph', 'eth'] as const;

/** What credits are bought with. */
export type Token = (typeof tokens)[number];

interface TokenFacts {
  symbol: string;
  decimals: number;
  /** Whole per cent of credits on top. */
  bonusPercent: number;
}

/** As the credit service counts them: 20 % more for ALEPH (protocol-ccn.md §5.6). */
export const tokenFacts: Readonly<Record<Token, TokenFacts>> = {
  usdc: { symbol: 'USDC', decimals: 6, bonusPercent: 0 },
  aleph: { symbol: 'ALEPH', decimals: 18, bonusPercent: 20 },
  eth: { symbol: 'ETH', decimals: 18, bonusPercent: 0 },
};

/** More decimals say nothing to whoever reads and types an amount. */
const shownDecimals = 6;

const scaleOf = (decimals: number) => new Exact(10).pow(decimals);

/** An amount as a person writes it, in the token's smallest units. `USAGE` for nought, and for more decimals than the token has. */
export const parseAmount = (text: string, token: Token): bigint => {
  const { decimals, symbol } = tokenFacts[token];
  const [, whole = '', part = ''] = /^(\d{1,12})(?:\.(\d{1,18}))?$/.exec(text) ?? [];
  if (whole === '' || part.length > decimals || /^0*$/.test(whole + part)) {
    throw new Failure(
      'USAGE',
      `"${text.slice(0, 60)}" is no amount of ${symbol}: use digits with at most ${decimals} decimals, like 5 or 0.5.`,
    );
  }
  return BigInt(whole + part.padEnd(decimals, '0'));
};

/** Smallest units as a decimal of whole tokens, exact and without zeros at its end. */
export const formatAmount = (units: bigint, decimals: number): string => new Exact(units.toString()).div(scaleOf(decimals)).toFixed();

export const amountOf = (units: bigint, token: Token): string =>
  `${formatAmount(units, tokenFacts[token].decimals)} ${tokenFacts[token].symbol}`;

/** Credits that these tokens buy at this price (USD a token), rounded down: `credits = amount × price × (1 + bonus) × 10^6`. */
export const creditsFor = (units: bigint, token: Token, priceUsd: string): bigint => {
  const { decimals, bonusPercent } = tokenFacts[token];
  const usd = new Exact(units.toString()).div(scaleOf(decimals)).times(priceUsd);
  return BigInt(
    usd
      .times(100 + bonusPercent)
      .times(10_000)
      .toFixed(0, Decimal.ROUND_FLOOR),
  );
};

/** Tokens, in smallest units, that buy at least so many credits; rounded up to six decimals. */
export const unitsFor = (credits: bigint, token: Token, priceUsd: string): bigint => {
  const { decimals, bonusPercent } = tokenFacts[token];
  const whole = new Exact(credits.toString()).div(new Exact(100 + bonusPercent).times(10_000)).div(priceUsd);
  const shown = whole.toDecimalPlaces(Math.min(decimals, shownDecimals), Decimal.ROUND_CEIL);
  return BigInt(shown.times(scaleOf(decimals)).toFixed(0));
};

/** What the tokens are worth, in credits' money and without the bonus, rounded up. */
export const worthOf = (units: bigint, token: Token, priceUsd: string): bigint => {
  const usd = new Exact(units.toString()).div(scaleOf(tokenFacts[token].decimals)).times(priceUsd);
  return BigInt(usd.times(1_000_000).toFixed(0, Decimal.ROUND_CEIL));
};
