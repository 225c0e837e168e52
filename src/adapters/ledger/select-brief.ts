import { Failure } from '../../domain/failure/failure.ts';
import type { Connection } from './connection.ts';
import { conditionsOf, type Wanted } from './select.ts';
import type { Kind, Table } from './table.ts';

type Value = string | number | null;

/** Money has more digits than a number in JSON; and a binary value, in an edited table, would be written into JSON as it stands. */
const written = (name: string, kind: Kind | undefined): string =>
  `CAST("${name}" AS ${kind === 'integer' || kind === 'flag' ? 'INTEGER' : 'TEXT'})`;

const creditsIn = (value: Value): bigint => {
  if (!/^-?\d+$/.test(String(value)))
    throw new Failure('LEDGER_UNREADABLE', `The ledger has a row whose credits are "${value}": it was edited.`);
  return BigInt(value!);
};

/** Of the kinds that JSON has no value for; any other stands in a row as it is read. */
const readers: Partial<Record<Kind, (value: Value) => unknown>> = {
  credits: (value) => (value === null ? null : creditsIn(value)),
  flag: (value) => (value === null ? null : value === 1),
};

/**
 * Some columns of all rows that fit, none of them JSON. They come as one text: where thousands are read, a row costs little in JSON and much as an
 * object of its own.
 */
export const selectBrief = <Row extends object, Name extends keyof Row & string>(
  connection: Connection,
  table: Table<Row>,
  names: readonly Name[],
  wanted: Wanted<Row>,
  order: string,
): Pick<Row, Name>[] => {
  // all rows of a table are met soonest in their order
  const { where, values } = conditionsOf(table, wanted, [], '+');
  const columns = names.map((name) => written(name, table.columns[name])).join(', ');
  const inOrder = `SELECT ${names.map((name) => `"${name}"`).join(', ')} FROM ${table.name}${where} ORDER BY ${order}`;
  const text = connection.first(`SELECT json_group_array(json_array(${columns})) AS rows FROM (${inOrder})`, values)?.['rows'];
  const rows = JSON.parse(String(text ?? '[]')) as Value[][];
  const toRead = names.flatMap((name, place) => {
    const read = readers[table.columns[name]];
    return read === undefined ? [] : [{ name, place, read }];
  });
  return rows.map((row) => {
    const brief: Partial<Record<Name, unknown>> = {};
    // of thousands of rows each closure and iterator is felt
    for (let place = 0; place < names.length; place++) brief[names[place]!] = row[place];
    for (const { name, place, read } of toRead) brief[name] = read(row[place]!);
    return brief as Pick<Row, Name>;
  });
};
