import { expect, it } from 'vitest';
import { webNameOf } from '../../../src/domain/text/web-name.ts';

it('B-044 the 2n6.me name: 44 bits as four words (protocol-crn.md §5.3)', () => {
  expect(webNameOf('0'.repeat(64))).toBe('abandon-abandon-abandon-abandon.2n6.me');
  // 0, 1, 2, 3 in eleven bits each, whatever follows.
  const bits = ((1n << 22n) | (2n << 11n) | 3n).toString(16).padStart(11, '0');
  expect(webNameOf(`${bits}${'f'.repeat(53)}`)).toBe('abandon-ability-able-about.2n6.me');
  expect(webNameOf('f'.repeat(64))).toBe('zoo-zoo-zoo-zoo.2n6.me');
});
