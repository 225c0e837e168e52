import type { Connection, SqlValue } from './connection.ts';
import { decodeRow, encodeFields, type Table } from './table.ts';

/** Fields that must equal a value, or be one of several. An undefined one asks nothing. */
export type Wanted<Row> = { readonly [Key in keyof Row]?: Row[Key] | readonly Row[Key][] | undefined };

export interface SelectOptions {
  order: string;
  /** A further condition, with its values. */
  and?: { sql: string; values: readonly SqlValue[] } | undefined;
  limit?: number | undefined;
}

const condition = <Row extends object>(table: Table<Row>, name: string, value: unknown): { sql: string; values: SqlValue[] } => {
  const wanted = Array.isArray(value) ? value : [value];
  const values = wanted.flatMap((one) => encodeFields(table, { [name]: one } as Partial<Row>).values);
  return { sql: `"${name}" IN (${values.map(() => '?').join(', ')})`, values };
};

/** Rows of one table that fit, in the given order. */
export const select = <Row extends object>(
  connection: Connection,
  table: Table<Row>,
  wanted: Wanted<Row>,
  options: SelectOptions,
): Row[] => {
  const conditions = Object.entries<unknown>(wanted as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => condition(table, name, value));
  if (options.and !== undefined) conditions.push({ sql: options.and.sql, values: [...options.and.values] });
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const limit = options.limit === undefined ? '' : ` LIMIT ${Math.max(0, Math.trunc(options.limit))}`;
  const sql = `SELECT * FROM ${table.name}${where} ORDER BY ${options.order}${limit}`;
  return connection
    .all(
      sql,
      conditions.flatMap(({ values }) => values),
    )
    .map((row) => decodeRow(table, row));
};
