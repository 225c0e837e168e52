import { fence } from '../../contract/fence.ts';
import type { Style } from '../../contract/style.ts';
import { cleanUntrusted } from '../../domain/untrusted.ts';

const same = (text: string): string => text;

/** No colour, no cut: what a pipe gets. Columns are two spaces apart. */
export const plainStyle = (mark: string): Style => ({
  width: 0,
  bold: same,
  dim: same,
  good: same,
  bad: same,
  warn: same,
  table: (head, rows) => (rows.length === 0 ? '' : columns([head, ...rows])),
  facts: (pairs) => columns(pairs.map(([label, value]) => [`${label}:`, value])),
  fenced: (text) => fenced(text, mark),
});

/** Two lines with a mark that the text cannot know. */
export const fenced = (text: string, mark: string): string => {
  const { open, close } = fence(mark);
  return `${open}\n${cleanUntrusted(text).replace(/\n$/, '')}\n${close}`;
};

const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = rows.reduce<number[]>((widest, row) => row.map((cell, place) => Math.max(widest[place] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      row
        .map((cell, place) => cell.padEnd(widths[place] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
