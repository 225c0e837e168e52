import type { Connection, SqlValue } from './connection.ts';
import { decodeRow, encodeFields, type Table } from './table.ts';

/** Fields that must equal a value, or be one of several; null: must be empty. An undefined one asks nothing. */
export type Wanted<Row> = { readonly [Key in keyof Row]?: Row[Key] | readonly Row[Key][] | undefined };

/** A part of a query, with its values. */
interface Condition {
  sql: string;
  values: readonly SqlValue[];
}

export interface SelectOptions {
  order: string;
  /** Further conditions. */
  and?: Condition | readonly Condition[] | undefined;
  limit?: number | undefined;
}

const condition = <Row extends object>(table: Table<Row>, name: string, value: unknown, mark: '' | '+'): Condition => {
  if (value === null) return { sql: `${mark}"${name}" IS NULL`, values: [] };
  const wanted = Array.isArray(value) ? value : [value];
  const values = wanted.flatMap((one) => encodeFields(table, { [name]: one } as Partial<Row>).values);
  return { sql: `${mark}"${name}" IN (${values.map(() => '?').join(', ')})`, values };
};

/** The conditions of a query, a space before them, with their values. A `+` before the columns keeps SQLite from choosing an index by them. */
export const conditionsOf = <Row extends object>(
  table: Table<Row>,
  wanted: Wanted<Row>,
  and: SelectOptions['and'] = [],
  mark: '' | '+' = '',
): { where: string; values: SqlValue[] } => {
  const conditions = [
    ...Object.entries<unknown>(wanted as Record<string, unknown>)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => condition(table, name, value, mark)),
    ...[and].flat(),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  return { where, values: conditions.flatMap(({ values }) => values) };
};

/** Rows of one table that fit, in the given order. */
export const select = <Row extends object>(
  connection: Connection,
  table: Table<Row>,
  wanted: Wanted<Row>,
  options: SelectOptions,
): Row[] => {
  const { where, values } = conditionsOf(table, wanted, options.and);
  const limit = options.limit === undefined ? '' : ` LIMIT ${Math.max(0, Math.trunc(options.limit))}`;
  return connection
    .all(`SELECT * FROM ${table.name}${where} ORDER BY ${options.order}${limit}`, values)
    .map((row) => decodeRow(table, row));
};
