import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, parseInstant, utcDayStart } from '../../../src/domain/text/instant.ts';

const anyMs = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });

describe('instant', () => {
  it('writes RFC 3339 in UTC, without milliseconds where there are none', () => {
    expect(formatInstant(Date.UTC(2026, 11, 1, 14))).toBe('2026-12-01T14:00:00Z');
    expect(formatInstant(Date.UTC(2026, 11, 1, 14) + 7)).toBe('2026-12-01T14:00:00.007Z');
  });

  it('comes back as it went, for every millisecond', () => {
    fc.assert(fc.property(anyMs, (ms) => parseInstant(formatInstant(ms)) === ms));
  });

  it('reads offsets and fractions', () => {
    expect(parseInstant('2026-12-01T14:00:00+02:00')).toBe(Date.UTC(2026, 11, 1, 12));
    expect(parseInstant('2026-12-01T14:00:00-05:30')).toBe(Date.UTC(2026, 11, 1, 19, 30));
    expect(parseInstant('2026-12-01T14:00:00.1239Z')).toBe(Date.UTC(2026, 11, 1, 14, 0, 0, 123));
    expect(parseInstant('2028-02-29T00:00:00Z')).toBe(Date.UTC(2028, 1, 29));
  });

  it.each([
    '2026-12-01',
    '2026-12-01T14:00:00',
    '2026-12-01 14:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-12-01T24:00:00Z',
    '2026-12-01T23:59:60Z',
    '2026-12-01T14:00:00+24:00',
    '2026-12-01T14:00:00Z\n',
    '2026-12-01t14:00:00z',
    'tomorrow',
    '',
  ])('does not read %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('finds the start of the UTC day', () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        const start = utcDayStart(ms);
        return start <= ms && ms - start < 86_400_000 && formatInstant(start).endsWith('T00:00:00Z');
      }),
    );
  });
});
