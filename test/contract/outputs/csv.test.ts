import { expect, it } from 'vitest';
import { csv } from '../../../src/contract/outputs/csv.ts';
import { momentText } from '../../../src/contract/outputs/moment-text.ts';

it('CSV quotes what needs it and defuses formulas, not amounts', () => {
  const cells = ['plain', 'a,b', 'say "x"', 'two\nlines', '=1+1', '@x', '-rm', '-1.5', null, 3, true];
  expect(csv(['h'], [cells])).toBe(`h\nplain,"a,b","say ""x""","two\nlines",'=1+1,'@x,'-rm,-1.5,,3,true\n`);
});

it('moments for people say day, month and time', () => {
  expect(momentText('2026-09-14T03:10:59Z')).toBe('14 Sep 03:10 UTC');
  expect(momentText('2027-01-02T23:00:00.123Z', true)).toBe('2 Jan 2027 23:00 UTC');
});
