import { expect, it } from 'vitest';
import { lifetime, mib, usdAmount } from '../../../src/contract/fields/fields.ts';

it.each([
  ['0s', null],
  ['0h', null],
  ['59s', null],
  ['1m', 60],
  ['1h30m', 5400],
])('S-16: a VM lives for a minute at least: %s', (text, seconds) => {
  const parsed = lifetime.safeParse(text);
  expect(parsed.success ? parsed.data : null).toBe(seconds);
  if (!parsed.success) expect(parsed.error.issues.map(({ message }) => message)).toEqual(['a lifetime of at least 1m']);
});

it.each([
  ['$1', '1'],
  ['$0.50', '0.50'],
  ['0.50', '0.50'],
  ['1$', null],
  ['$', null],
  ['$-1', null],
  ['$0.0000001', null],
])('an amount of %s is %s USD', (text, usd) => {
  const parsed = usdAmount.safeParse(text);
  expect(parsed.success ? parsed.data : null).toBe(usd);
});

it.each<[unknown, number | null]>([
  [4096, 4096],
  ['4096', 4096],
  ['4GiB', 4096],
  ['8GiB', 8192],
  ['9GiB', null],
  [8193, null],
  [0, null],
  ['0', null],
  [1.5, null],
  ['4GB', null],
  ['0.1GiB', null],
  [null, null],
])('a size of %j is %j MiB, and what is none is told what would be right', (given, size) => {
  const parsed = mib(8192).safeParse(given);
  expect(parsed.success ? parsed.data : null).toBe(size);
  if (parsed.success) return;
  expect(parsed.error.issues.map(({ message }) => message)).toEqual(['a size like 4GiB, 512MiB or 4096 (MiB): whole MiB, at most 8192']);
});
