import { columnsOf } from './wrap-text.ts';

const gap = 2;
/** No column is made narrower than this. */
const least = 12;

/** Widths of a table's columns that fit the terminal together; the widest columns shrink first. `width` 0 leaves all as they are. */
export const fittingWidths = (rows: readonly (readonly string[])[], width: number): number[] => {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, place) => {
      widths[place] = Math.max(widths[place] ?? 0, columnsOf(cell));
    });
  }
  const room = width - gap * (widths.length - 1);
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; width > 0 && over > 0; over--) {
    const widest = Math.max(...widths);
    if (widest <= least) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
};
