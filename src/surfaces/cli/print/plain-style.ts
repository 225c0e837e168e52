import { fence } from '../../../contract/declare/fence.ts';
import type { Style } from '../../../contract/declare/style.ts';
import { cleanUntrusted } from '../../../domain/text/untrusted.ts';

const same = (text: string): string => text;

/** The style for pipes: no colour and no cut; columns are two spaces apart. */
export const plainStyle = (mark: string): Style => ({
  width: 0,
  bold: same,
  dim: same,
  good: same,
  bad: same,
  warn: same,
  command: same,
  table: (head, rows) => (rows.length === 0 ? '' : columns([head, ...rows])),
  facts: (pairs) => columns(pairs.map(([label, value]) => [`${label}:`, value])),
  prose: same,
  hung: (lead, text) => `${lead}${text}`,
  when: same,
  fenced: (text) => fenced(text, mark),
});

/** Other people's text between two lines with a mark that the text cannot know. */
export const fenced = (text: string, mark: string): string => {
  const { open, close } = fence(mark);
  return `${open}\n${cleanUntrusted(text).replace(/\n$/, '')}\n${close}`;
};

/** Rows of cells as lines of aligned columns. Pipes get theirs without loading what lays out tables for terminals. */
const columns = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, place) => {
      widths[place] = Math.max(widths[place] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, place) => cell.padEnd(widths[place] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
