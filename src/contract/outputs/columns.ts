import type { Style } from '../declare/style.ts';

type Words<Row> = { [Key in keyof Row]: Row[Key] extends string | number | null ? Key : never }[keyof Row];

/**
 * One column of a table for people: its head, and either the field that it shows (empty for null) or a function that makes its text from
 * the row.
 */
export type Column<Row> = readonly [head: string, shows: Words<Row> | ((row: Row, style: Style) => string)];

/** Rows under a head; no rows give an empty string. */
export const tableOf = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: Style): string =>
  style.table(
    columns.map(([head]) => head),
    rows.map((row) => columns.map(([, shows]) => (typeof shows === 'function' ? shows(row, style) : String(row[shows] ?? '')))),
  );
