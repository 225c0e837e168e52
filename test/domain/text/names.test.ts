import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkName, isName, randomLabel, randomName } from '../../../src/domain/text/names.ts';

describe('names', () => {
  it.each(['a', 'ci-7', 'abcde', '0', 'deadbeef-1', 'x'.repeat(40)])('%j is a name', (text) => {
    expect(checkName(text)).toBe(text);
  });

  it.each(['', 'A', 'a_b', 'a b', 'abcdef', 'deadbeef', '123456', 'x'.repeat(41), 'ü', 'a\n', '../a', '-', '--all', '-f'])(
    '%j is none, and is named',
    (text) => {
      expect(isName(text)).toBe(false);
      expect(() => checkName(text)).toThrow(`"${text}"`);
    },
  );

  it('made by chance are names, and labels never read as an id', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => isName(randomName(bytes))));
    fc.assert(fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => isName(randomLabel(bytes))));
  });

  it('keep all 80 bits of chance in a label', () => {
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(fc.property(bytes, bytes, (a, b) => (randomLabel(a) === randomLabel(b)) === (Buffer.compare(a, b) === 0)));
  });
});
