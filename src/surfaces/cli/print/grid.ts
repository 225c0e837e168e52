import { wideColumnsOf } from './wide-text.ts';

/** Rows of cells as lines of aligned columns, two spaces apart. A cell may have several lines, and colours. */
export const grid = (rows: readonly (readonly string[])[]): string[] => {
  const cells = rows.map((row) => row.map((cell) => cell.split('\n')));
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((lines, place) => {
      widths[place] = Math.max(widths[place] ?? 0, ...lines.map(wideColumnsOf));
    });
  }
  return cells.flatMap((row) => {
    const height = Math.max(...row.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const padded = row.map((lines, place) => padTo(lines[line] ?? '', widths[place] ?? 0));
      return padded.join('  ').trimEnd();
    });
  });
};

const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - wideColumnsOf(text)));
