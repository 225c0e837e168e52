import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanUntrusted, cleanUntrustedFields, cleanUntrustedLine } from '../../../src/domain/text/untrusted.ts';

describe('other people’s text (conventions.md §1.9, A-093)', () => {
  it.each([
    ['colour', '\u001b[31mred\u001b[0m', 'red'],
    ['a title', '\u001b]0;owned\u0007node', 'node'],
    ['a link', '\u001b]8;;http://x\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['C1 controls', 'a\u009b31mb\u0085c', 'abc'],
    ['bidirectional marks', 'abc\u202egnp.exe\u2066', 'abcgnp.exe'],
    ['zero width', 'a\u200bb\u200dc\ufeff', 'abc'],
    ['tags', 'a\u{e0041}b', 'ab'],
    ['backspaces and bells', 'a\b\u0007b\u0000', 'ab'],
    ['line breaks, which stay', 'a\r\nb\tc', 'a\nb\tc'],
    ['a carriage return alone', 'safe\rowned', 'safeowned'],
  ])('loses %s', (_what, text, clean) => expect(cleanUntrusted(text)).toBe(clean));

  it('keeps nothing that moves a cursor, whatever is put in', () => {
    const parts = fc.constantFrom('\u001b', '[', ']', '31m', '\u0007', '\\', '\u009b', '\u202e', '\u200b', 'a', '\n', '\ud800', '\u001bP');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), (pieces) => {
        const clean = cleanUntrusted(pieces.join(''));
        expect(clean).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
        expect(clean).not.toMatch(/\p{Surrogate}/u);
        expect(cleanUntrusted(clean)).toBe(clean);
      }),
    );
  });

  it('is one line where a name is meant', () => expect(cleanUntrustedLine(' a\nb  \u001b[2Jc ')).toBe('a b c'));

  it('is found by the name of its field, at any depth; the rest is left alone', () => {
    const bad = '\u001b[1mx';
    expect(cleanUntrustedFields({ name: bad, untrustedName: bad, items: [{ untrustedLog: [bad], id: 1, none: null }] })).toEqual({
      name: bad,
      untrustedName: 'x',
      items: [{ untrustedLog: ['x'], id: 1, none: null }],
    });
  });
});
