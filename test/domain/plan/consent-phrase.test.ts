import { expect, it } from 'vitest';
import { isPhrase } from '../../../src/domain/plan/consent-phrase.ts';

it.each([
  ['0.2500', '0.2500', true],
  [' 0.25 ', '0.2500', true],
  ['0.250000', '0.2500', true],
  ['0.26', '0.2500', false],
  ['', '0.2500', false],
  ['.25', '0.2500', false],
  ['2.5e-1', '0.2500', false],
  ['raise', 'raise', true],
  ['Raise', 'raise', false],
  ['2', '2.0000', true],
  ['$0.25', '0.2500', true],
  ['$$0.25', '0.2500', false],
  ['$raise', 'raise', false],
  // the end of an address is no amount, however many zeros it starts with
  ['12345', '012345', false],
  ['$012345', '012345', false],
])('"%s" for %s: %s', (typed, phrase, is) => {
  expect(isPhrase(typed, phrase)).toBe(is);
});
