import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import create from '../../../../src/commands/vm/create.ts';
import { describe as described } from '../../../../src/contract/declare/describe.ts';
import { typedLine } from '../../../../src/surfaces/cli/parse/typed-line.ts';
import { plainSigns, speaksUtf8 } from '../../../../src/surfaces/cli/print/plain-signs.ts';
import { terminalStyle } from '../../../../src/surfaces/cli/print/terminal-style.ts';
import { columnsOf, hangText, wrapText } from '../../../../src/surfaces/cli/print/wrap-text.ts';
import { wordsOf } from '../../../support/binary.ts';

const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 }).map((all) => all.join(' '));

describe('text for a terminal', () => {
  it('breaks between words, loses none, and no line passes the width', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 120 }), (text, width) => {
        const lines = wrapText(text, width).split('\n');
        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(lines.join(' ')).toBe(text);
      }),
    );
  });

  it('hangs further lines under the first, and leaves everything whole off a terminal', () => {
    expect(hangText('aa bb cc', 8, 3)).toBe('aa bb\n   cc');
    expect(wrapText('a '.repeat(200), 0)).toBe('a '.repeat(200));
    expect(columnsOf('\u001b[1mab\u001b[22m')).toBe(2);
  });

  it('a table fits where it can: its widest columns give way', () => {
    const row = fc.array(words, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
        const table = terminalStyle({ width: 80, colour: false, mark: '' }).table(['A', 'B', 'C'], rows);
        expect(table.split('\n').every((line) => line.length <= 80)).toBe(true);
      }),
    );
  });

  it('has a plain form for every sign where the locale knows ASCII only', () => {
    expect(plainSigns('a…b→c é 🦀')).toBe('a...b->c ? ?');
    expect([{ LANG: 'de_DE.UTF-8' }, { LC_ALL: 'C', LANG: 'en_US.utf8' }, { LC_CTYPE: 'C.UTF-8', LANG: 'C' }, {}].map(speaksUtf8)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('the line that says the same as a walk', () => {
  const command = described(create);

  it('comes out of a shell as what was chosen', () => {
    expect(typedLine(command, { gpu: ['RTX 4000 ADA'], ttl: '4h', wait: false, name: 'ci' })).toBe(
      "aleph-agent vm create ci --gpu 'RTX 4000 ADA' --ttl 4h --no-wait",
    );
    expect(wordsOf(typedLine(command, { image: 'a b;c' }))).toEqual(['aleph-agent', 'vm', 'create', '--image', 'a b;c']);
  });
});
