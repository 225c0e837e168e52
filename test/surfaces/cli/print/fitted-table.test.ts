import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vmLs from '../../../../src/commands/vm/ls.ts';
import { fittedTable, staysWhole } from '../../../../src/surfaces/cli/print/fitted-table.ts';
import { terminalStyle } from '../../../../src/surfaces/cli/print/terminal-style.ts';
import { cutText, wideColumnsOf } from '../../../../src/surfaces/cli/print/wide-text.ts';
import { plainText } from '../../../../src/surfaces/cli/print/wrap-text.ts';

const widths = fc.constantFrom(50, 60, 80);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const id = fc.stringMatching(/^[0-9a-f]{12}$/);
const figure = fc.oneof(
  fc.nat(99_999_999).map((micro) => (micro / 1_000_000).toFixed(6)),
  fc.constantFrom('2026-12-01T14:00:00Z', 'in 1 h 58 m (22:44)', '3 d 4 h ago (1 Dec 22:44)', '148 GiB', '93 ms', '10 of 12'),
);
const words = fc.oneof(
  name,
  id,
  fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replaceAll(/[\p{C}\s]+/gu, ' ')),
);

describe('a table on a narrow terminal', () => {
  it('never passes the width, never cuts a figure, and says what it leaves out', () => {
    const row = fc.tuple(words, words, figure, figure, words, figure, words);
    const head = ['NAME', 'ID', 'USD/H', 'EXPIRES', 'STATE', 'MEMORY', 'NOTE'];
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), widths, fc.constantFrom([], ['NOTE', 'ID']), (rows, width, goFirst) => {
        const fitted = fittedTable({ head, rows, width, goFirst, words: 'broken' });
        const text = terminalStyle({ width, colour: true, mark: '' }).table(head, rows, goFirst);
        expect(text.split('\n').filter((line) => wideColumnsOf(line) > width)).toEqual([]);
        expect([...fitted.head, ...fitted.gone].sort()).toEqual([...head].sort());
        expect(fitted.head[0]).toBe('NAME');
        expect(fitted.head.length).toBeGreaterThanOrEqual(2);
        for (const title of fitted.gone) expect(plainText(text)).toContain(title);
        rows.forEach((cells, line) => {
          fitted.head.forEach((title, place) => {
            const [whole, shown] = [cells[head.indexOf(title)]!, fitted.rows[line]![place]!];
            if (staysWhole(whole)) expect(shown).toBe(whole);
            // whatever is cut says so
            else if (!shown.includes('…')) expect(shown.replaceAll('\n', ' ')).toBe(whole);
          });
        });
      }),
    );
  });

  it('the columns named go first', () => {
    const table = {
      head: ['NAME', 'ID', 'USD/H'],
      rows: [['a'.repeat(20), 'b'.repeat(20), '0.014250000']],
      width: 28,
      words: 'cut',
    } as const;
    expect(fittedTable({ ...table, goFirst: ['ID'] })).toMatchObject({ head: ['NAME', 'USD/H'], gone: ['ID'] });
    expect(fittedTable(table)).toMatchObject({ head: ['NAME', 'ID'], gone: ['USD/H'] });
    expect(fittedTable({ ...table, width: 0 })).toMatchObject({ rows: table.rows, gone: [] });
  });

  it.each([
    '0.014250',
    '148 GiB',
    'in 1 h 58 m (22:44)',
    '2026-12-01T14:00:00Z',
    '10 of 12',
    `0x${'a'.repeat(40)}`,
    'a1b2c3d4e5f6',
    '26 d 7 h',
    '$1',
  ])('%s stays whole', (cell) => expect(staysWhole(cell)).toBe(true));
  it.each(['ci-7', 'RTX 4000 ADA', '', 'in use', '12 monkeys'])('"%s" are words', (cell) => expect(staysWhole(cell)).toBe(false));

  it('a cut text keeps its colour to itself', () => {
    expect(cutText('\u001b[31mnot healthy\u001b[39m', 6)).toBe('\u001b[31mnot h…\u001b[39m');
    expect(cutText('日本語', 5)).toBe('日本…');
    expect(cutText('whole', 5)).toBe('whole');
  });
});

describe('vm ls on a narrow terminal', () => {
  const vm = fc.record({
    name,
    id,
    usdPerHour: fc.constantFrom('0.01425', '0.129375'),
    state: fc.constantFrom('healthy', 'provisioning', 'stopped'),
  });

  it('shows of each VM its name, state, price and end', () => {
    fc.assert(
      fc.property(fc.array(vm, { minLength: 1, maxLength: 6 }), widths, (vms, width) => {
        const items = vms.map((one) => ({
          ...one,
          expiresAt: '2026-12-01T14:00:00Z',
          node: 'd02cc93b18e2',
          onNode: null,
          stale: false,
          removing: null,
        }));
        const totals = { live: vms.length, usdPerHour: '0.01425', runwaySeconds: 3600, asOf: '2026-12-01T12:00:00Z' };
        const shown = vmLs.text(
          { items, count: vms.length, total: vms.length, nextCursor: null, totals } as never,
          terminalStyle({ width, colour: false, mark: '' }),
        );
        const lines = shown.split('\n');
        expect(lines.filter((line) => wideColumnsOf(line) > width && !line.startsWith(`${vms.length} live`))).toEqual([]);
        expect(lines[0]).toMatch(/^NAME +(ID +)?STATE +USD\/H +EXPIRES/);
        vms.forEach((one, place) => {
          const line = lines[place + 1]!;
          expect(line.startsWith(one.name.slice(0, 7))).toBe(true);
          expect(line).toContain(one.usdPerHour);
          expect(line).toContain('2026-12-01T14:00:00Z');
          if (!line.startsWith(one.name)) expect(line.split(' ')[0]).toMatch(/…$/);
        });
      }),
    );
  });
});
