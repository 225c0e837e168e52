import { Failure } from '../../domain/failure/failure.ts';
import { troubleIn, unreadable } from '../../domain/stored/read-stored.ts';
import type { Shape } from '../../domain/stored/shape.ts';
import type { SqlRow, SqlValue } from './connection.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

/** How a field is stored: times and counts as `integer`, money as `credits` (the only one that is read as a bigint). */
export type Kind = 'text' | 'integer' | 'credits' | 'flag' | 'json';

/** One table whose columns are the fields of a record, by the same names. */
export interface Table<Row extends object> {
  readonly name: string;
  readonly columns: Readonly<Record<keyof Row & string, Kind>>;
  /** Of columns whose text says more than SQLite checks. */
  readonly shapes?: Readonly<Record<string, Pick<Shape<unknown>, 'troubleAt'>>>;
}

const encode = (kind: Kind, value: unknown): SqlValue => {
  if (kind === 'json') return value === null ? null : toStoredJson(value);
  if (value === null) return null;
  if (kind === 'flag') return value === true ? 1n : 0n;
  if (kind === 'integer') return BigInt(Math.trunc(value as number));
  return value as string | bigint;
};

const decode = (kind: Kind, value: SqlValue, table: string, name: string): unknown => {
  if (value === null) return null;
  if (kind === 'json') return parsed(value as string, `${table}.${name}`);
  if (kind === 'flag') return value === 1n;
  return kind === 'integer' ? Number(value) : value;
};

/** The file keeps types of columns, not what stands in their text: that only an edit can have spoilt. */
const parsed = (text: string, where: string): unknown => {
  try {
    return fromStoredJson(text);
  } catch (cause) {
    throw new Failure('LEDGER_UNREADABLE', `The ledger has a row whose ${where} is not JSON: it was edited.`, { cause });
  }
};

/** `LEDGER_UNREADABLE` where a field cannot be what was written. */
export const decodeRow = <Row extends object>(table: Table<Row>, row: SqlRow): Row => {
  const kinds: Readonly<Record<string, Kind>> = table.columns;
  const decoded: Record<string, unknown> = {};
  for (const name of Object.keys(kinds)) decoded[name] = decode(kinds[name]!, row[name] ?? null, table.name, name);
  for (const [name, shape] of Object.entries(table.shapes ?? {})) {
    const trouble = troubleIn(shape, shape, name, decoded[name]);
    if (trouble !== null) throw unreadable({ words: `A row of ${table.name}`, facts: { table: table.name } }, `${trouble}; it was edited`);
  }
  return decoded as Row;
};

/** The fields of `row` that have a column and are not undefined, as names and values. */
export const encodeFields = <Row extends object>(table: Table<Row>, row: Partial<Row>): { names: string[]; values: SqlValue[] } => {
  const fields = Object.entries<unknown>(row as Record<string, unknown>).filter(([, value]) => value !== undefined);
  const kinds: Readonly<Record<string, Kind>> = table.columns;
  const unknown = fields.find(([name]) => kinds[name] === undefined);
  if (unknown !== undefined) throw new Error(`${table.name} has no column ${unknown[0]}`);
  return { names: fields.map(([name]) => name), values: fields.map(([name, value]) => encode(kinds[name]!, value)) };
};
