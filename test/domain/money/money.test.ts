import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { creditsOver, creditsPerHour, fixedUsd, parseUsd, usd, usdPerHour, wholeCredits } from '../../../src/domain/money/money.ts';

const oneUnit = new Decimal('3.958333333333333333');

describe('money', () => {
  it('XA-20: 1 USD is 1,000,000 credits', () => {
    expect(parseUsd('1')).toBe(1_000_000n);
    expect(parseUsd('0.50')).toBe(500_000n);
    expect(parseUsd('2')).toBe(2_000_000n);
    expect(parseUsd('0.000001')).toBe(1n);
  });

  it('writes USD exactly, as the conventions show it', () => {
    expect(usd(399_000n)).toBe('0.3990');
    expect(usd(57_000n)).toBe('0.0570');
    expect(usd(14_250n)).toBe('0.01425');
    expect(usd(1n)).toBe('0.000001');
    expect(usd(-20n)).toBe('-0.00002');
    expect(usd(0n)).toBe('0.0000');
  });

  it('comes back as it went, for every amount', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), (credits) => parseUsd(usd(credits)) === credits));
  });

  it.each(['', '-1', '+1', '1e3', 'NaN', 'Infinity', '.5', '5.', '1,5', '0.1234567', ' 1', '1 ', '$1', '0x10', '1234567890123', '١'])(
    'refuses %j and names it',
    (text) => {
      expect(() => parseUsd(text)).toThrow(Failure);
      expect(() => parseUsd(text)).toThrow(`"${text}"`);
    },
  );

  it('rounds up what is owed, never down', () => {
    expect(wholeCredits(new Decimal('0.000000000000000001'))).toBe(1n);
    expect(wholeCredits(new Decimal('5'))).toBe(5n);
    expect(creditsOver(oneUnit, 86_400)).toBe(342_000n);
    expect(creditsOver(oneUnit, 4 * 3600)).toBe(57_000n);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.integer({ min: 0, max: 10 ** 8 }), (atto, seconds) => {
        const exact = atto * BigInt(seconds);
        const whole = creditsOver(new Decimal(`${atto}e-18`), seconds);
        return whole * 10n ** 18n >= exact && (whole - 1n) * 10n ** 18n < exact;
      }),
    );
  });

  it('says a rate per hour without the tail of the 18-decimal cut', () => {
    expect(usdPerHour(oneUnit)).toBe('0.01425');
    expect(usdPerHour(new Decimal('4.980483820408951920'))).toBe('0.017929742');
    expect(usdPerHour(new Decimal(0))).toBe('0');
    expect(creditsPerHour(oneUnit)).toBe(14_250n);
    expect(creditsPerHour(new Decimal('4.980483820408951920'))).toBe(17_930n);
  });

  it('rounds for people against them when they owe, and down when they own', () => {
    expect(fixedUsd(14_250n, 4)).toBe('0.0143');
    expect(fixedUsd(14_250n, 4, 'down')).toBe('0.0142');
    expect(fixedUsd(2_000_000n, 2)).toBe('2.00');
  });
});
