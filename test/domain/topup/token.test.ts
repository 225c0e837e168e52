import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountOf, creditsFor, parseAmount, tokens, unitsFor, worthOf } from '../../../src/domain/topup/token.ts';
import { lowerPrice, pricesAgree, readTokenPrice } from '../../../src/domain/topup/token-price.ts';

describe('tokens and the credits that they buy', () => {
  it('N-07 counts as the credit service does: amount × price × (1 + bonus) × 10^6, 20 % more for ALEPH', () => {
    expect(creditsFor(5_000_000n, 'usdc', '1')).toBe(5_000_000n);
    expect(creditsFor(10n ** 18n, 'aleph', '0.5')).toBe(600_000n);
    expect(creditsFor(10n ** 15n, 'eth', '2500')).toBe(2_500_000n);
    expect(worthOf(10n ** 18n, 'aleph', '0.5')).toBe(500_000n);
    expect(amountOf(1_500_000n, 'usdc')).toBe('1.5 USDC');
  });

  it('never asks for fewer tokens than the credits need', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fc.constantFrom(...tokens), fc.integer({ min: 1, max: 10 ** 9 }), (credits, token, price) => {
        const priceUsd = String(price / 10_000);
        expect(creditsFor(unitsFor(credits, token, priceUsd), token, priceUsd)).toBeGreaterThanOrEqual(credits);
      }),
    );
  });

  it('takes an amount only with the decimals that the token has, and never nought', () => {
    expect(parseAmount('0.000001', 'usdc')).toBe(1n);
    for (const wrong of ['0', '0.0000001', '-1', '1e3', '', '1.', '0x5'])
      expect(() => parseAmount(wrong, 'usdc')).toThrow(/is no amount of USDC/);
  });
});

describe('the price of a token', () => {
  it('is the one figure under usd, price or amount of what a source answers', () => {
    expect(readTokenPrice({ ethereum: { usd: 2500.12 } })).toBe('2500.12');
    expect(readTokenPrice({ data: { amount: '2500.12', base: 'ETH', currency: 'USD' } })).toBe('2500.12');
    for (const unclear of [
      {},
      null,
      'text',
      { a: { usd: 1 }, b: { usd: 2 } },
      { usd: 0 },
      { usd: -1 },
      { usd: 'NaN' },
      { usd: '1e9' },
      { eur: 1 },
    ]) {
      expect(readTokenPrice(unclear)).toBeNull();
    }
  });

  it('counts where two sources lie within 2 % of each other, and then the lower one', () => {
    expect(pricesAgree('100', '102')).toBe(true);
    expect(pricesAgree('102.01', '100')).toBe(false);
    expect(lowerPrice('102', '100')).toBe('100');
  });
});
