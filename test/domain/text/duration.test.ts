import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/domain/text/duration.ts';

describe('durations', () => {
  it.each([
    ['90m', 5400],
    ['4h', 14_400],
    ['2d', 172_800],
    ['1w', 604_800],
    ['1w2d', 777_600],
    ['1h30m', 5400],
    ['0s', 0],
  ])('%s is %i s', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '90', 'h', '1.5h', '-1h', '4 h', 'w', '1.5w', '4H', '9999999999s'])('"%s" is none', (text) =>
    expect(parseDuration(text)).toBeNull(),
  );

  it('are written so that they read back the same', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds);
      }),
    );
  });
});
