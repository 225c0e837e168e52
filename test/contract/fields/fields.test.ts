import { expect, it } from 'vitest';
import { lifetime } from '../../../src/contract/fields/fields.ts';

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
