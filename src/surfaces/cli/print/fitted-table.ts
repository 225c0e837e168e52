import { cutText, wideColumnsOf } from './wide-text.ts';
import { plainText, wrapText } from './wrap-text.ts';

const gap = 2;
/** How narrow a column of words may become before one that can be spared goes, before any other goes, and at all. */
const least = [14, 8, 4] as const;

const figure = /^[(~<>$+-]*\d[\d.,:/TZ+-]*([smhdw]|ms|%|[KMGT]i?B)?[),]*$/;
const unit = /^\(?(in|ago|of|so|far|now|ms|[smhdw]|[KMGT]iB|USD|USD\/h|%|UTC|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[),]*$/;
/** As short as ids are shown. */
const key = /^(0x)?[0-9a-f]{10,}$/i;

/** Is the cell a figure with its unit, a time, an id, an address or a key? Cut, it would be another one. */
export const staysWhole = (cell: string): boolean => {
  const words = plainText(cell).split(' ');
  return (
    key.test(words.join(' ')) || (words.some((word) => figure.test(word)) && words.every((word) => figure.test(word) || unit.test(word)))
  );
};

interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** Columns of the terminal; 0 where there is none. */
  width: number;
  /** Heads of the columns that go first where not all fit; then those at the right go. */
  goFirst?: readonly string[] | undefined;
  /** Whether words that do not fit are broken into lines, or cut with "…". */
  words: 'broken' | 'cut';
  /** Stands where a text was cut, in a sign that the terminal's locale has. */
  sign?: string;
}

interface Fitted {
  head: string[];
  rows: string[][];
  /** Heads of the columns that did not fit. */
  gone: string[];
}

/**
 * A table that fits the terminal: columns of words give way, the widest first, then whole columns do, but for the first. A figure is never
 * cut, and two columns always stay.
 */
export const fittedTable = ({ head, rows, width, goFirst = [], words, sign }: Table): Fitted => {
  const bounds = head.map((title, place) =>
    boundsOf(
      title,
      rows.map((row) => row[place] ?? ''),
    ),
  );
  const shown = new Set(head.keys());
  const fits = (step: number): number[] | null => {
    const of = [...shown].map((place) => bounds[place]!);
    return widthsOf(of, width, step);
  };
  const spare = (places: readonly number[], step: number): void => {
    for (const place of places) {
      if (fits(step) !== null || shown.size <= 2) return;
      if (place > 0) shown.delete(place);
    }
  };
  spare(
    goFirst.map((title) => head.indexOf(title)),
    0,
  );
  spare(head.map((_, place) => place).reverse(), 1);
  const places = [...shown];
  const widths = fits(0) ?? fits(1) ?? fits(2) ?? places.map((place) => bounds[place]!.whole);
  const linesOf = (cell: string, room: number): string[] => (words === 'cut' ? [cell] : wrapText(cell, room).split('\n'));
  const shaped = (cell: string, room: number): string =>
    staysWhole(cell)
      ? cell
      : linesOf(cell, room)
          .map((line) => cutText(line, room, sign))
          .join('\n');
  return {
    head: places.map((place, index) => cutText(head[place] ?? '', widths[index]!, sign)),
    rows: rows.map((row) => places.map((place, index) => shaped(row[place] ?? '', widths[index]!))),
    gone: head.filter((title, place) => !shown.has(place) && title !== ''),
  };
};

interface Bounds {
  /** Columns that all of it takes. */
  whole: number;
  /** How narrow it may become, at each step of `least`. */
  least: readonly number[];
}

const boundsOf = (title: string, cells: readonly string[]): Bounds => {
  const wide = (texts: readonly string[]): number => Math.max(0, ...texts.map(wideColumnsOf));
  const whole = wide([title, ...cells]);
  const uncut = wide(cells.filter(staysWhole));
  return { whole, least: least.map((narrowest) => Math.min(whole, Math.max(uncut, narrowest))) };
};

/** Widths of columns that fit together, the widest having given way; null where their bounds leave no room. `width` 0 has room for all. */
const widthsOf = (bounds: readonly Bounds[], width: number, step: number): number[] | null => {
  const widths = bounds.map(({ whole }) => whole);
  const room = width - gap * (widths.length - 1);
  if (width === 0) return widths;
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; over--) {
    const giving = widths.map((one, place) => (one > bounds[place]!.least[step]! ? one : 0));
    const widest = Math.max(...giving);
    if (widest === 0) return null;
    widths[giving.indexOf(widest)] = widest - 1;
  }
  return widths;
};
