import type { Style } from '../declare/style.ts';

type Words<Row> = { [Key in keyof Row]: Row[Key] extends string | number | null ? Key : never }[keyof Row];

/**
 * One column of a table for people: its head, and either the field that it shows (empty for null) or a function that makes its text from
 * the row. `unlessBare`: it stands only where a row has something in it.
 */
export type Column<Row> = readonly [head: string, shows: Words<Row> | ((row: Row, style: Style) => string), unlessBare?: 'unlessBare'];

/** Rows under a head; no rows give an empty string. `goFirst`: heads of the columns that a narrow terminal can do without. */
export const tableOf = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: Style, goFirst?: readonly string[]): string => {
  const textOf = ([, shows]: Column<Row>, row: Row): string => (typeof shows === 'function' ? shows(row, style) : String(row[shows] ?? ''));
  const shown = columns.filter((column) => column[2] === undefined || rows.some((row) => textOf(column, row) !== ''));
  return style.table(
    shown.map(([head]) => head),
    rows.map((row) => shown.map((column) => textOf(column, row))),
    goFirst,
  );
};
