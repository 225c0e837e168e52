import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { staysWhole } from '../../../../src/surfaces/cli/print/fitted-table.ts';
import { spanText, whenText } from '../../../../src/surfaces/cli/print/when-text.ts';

const at = (year: number, month: number, day: number, hour: number, minute: number): number =>
  new Date(year, month - 1, day, hour, minute).getTime();
const now = at(2026, 11, 30, 20, 46);

describe('times for a person', () => {
  it.each([
    [at(2026, 11, 30, 22, 44), 'in 1 h 58 m (22:44)'],
    [at(2026, 11, 30, 20, 47), 'in 60 s (20:47)'],
    [at(2026, 11, 30, 20, 50), 'in 4 m (20:50)'],
    [at(2026, 11, 30, 22, 46), 'in 2 h (22:46)'],
    [at(2026, 12, 1, 0, 46), 'in 4 h (1 Dec 00:46)'],
    [at(2026, 12, 4, 0, 46), 'in 3 d 4 h (4 Dec 00:46)'],
    [at(2027, 11, 30, 20, 46), 'in 365 d (30 Nov 2027)'],
    [at(2026, 11, 30, 20, 45), '60 s ago (20:45)'],
    [at(2026, 11, 29, 20, 46), '1 d ago (29 Nov 20:46)'],
    [now + 400, 'now (20:46)'],
  ])('%i is %s', (instant, text) => expect(whenText(new Date(instant).toISOString(), now)).toBe(text));

  it('what is no time stays as it is', () => expect(whenText('never read', now)).toBe('never read'));

  it('never promises more than there is, and no table cuts them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 400 * 86_400_000 }), (ms) => {
        const sizes: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
        const told = [...spanText(ms).matchAll(/(\d+) ([dhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * sizes[unit!]!, 0);
        expect(told).toBeLessThanOrEqual(ms);
        expect(ms - told).toBeLessThan(Math.max(1000, ms / 2));
        expect(staysWhole(whenText(new Date(now + ms).toISOString(), now))).toBe(true);
      }),
    );
  });
});
