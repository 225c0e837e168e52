import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gibText, parseMib } from '../../../src/domain/money/mib.ts';

describe('memory and disk as one writes them', () => {
  it.each([
    ['4096', 4096],
    ['4096MiB', 4096],
    ['4GiB', 4096],
    ['4G', 4096],
    ['4Gi', 4096],
    ['4gib', 4096],
    ['1.5GiB', 1536],
    ['0.125G', 128],
    ['1TiB', 1_048_576],
    ['0', 0],
  ])('%s is %i MiB', (text, mib) => expect(parseMib(text)).toBe(mib));

  it.each(['', 'G', '4GB', '4096MB', '4K', '4 GiB', '-4G', '1e3', '0.1GiB', '4096.5', '1.0001GiB', '0x10', '٤GiB'])(
    '"%s" is none',
    (text) => expect(parseMib(text)).toBeNull(),
  );

  it('what is no whole number of MiB is refused and never rounded', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), (thousandths) => {
        const exact = (BigInt(thousandths) * 1024n) % 1000n === 0n ? Number((BigInt(thousandths) * 1024n) / 1000n) : null;
        const text = `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, '0')}GiB`;
        expect(parseMib(text)).toBe(exact);
      }),
    );
  });

  it.each([
    [512, '512 MiB'],
    [1024, '1 GiB'],
    [1536, '1.5 GiB'],
    [2047, '1.9 GiB'],
    [20_480, '20 GiB'],
    [1_048_576, '1024 GiB'],
  ])('%i MiB are shown as %s', (mib, text) => expect(gibText(mib)).toBe(text));
});
