import type { Connection, SqlRow, SqlValue } from '../../../src/adapters/ledger/connection.ts';
import type { Random } from '../../../src/ports/random.ts';
import { pick } from '../choices.ts';
import { chainAnew } from './chain-anew.ts';

export interface Editor {
  random: Random;
  connection: Connection;
  now: number;
  /** How to take back what was done, newest last. */
  undo: (() => void)[];
}

/** The tables that say anything about money, and how often each is edited. */
const tables = [
  'vms',
  'vms',
  'effects',
  'effects',
  'policies',
  'policies',
  'approvals',
  'approvals',
  'operations',
  'freezes',
  'heads',
  'signed',
  'expenses',
  'nonces',
] as const;

const stops = ['vmsStay', 'effectsKeep', 'effectsStay', 'noncesKeep', 'noncesStay', 'freezesKeep', 'freezesStay'];

const hour = 3_600_000;

/** What somebody who knows the program would write there. */
const wanted: Readonly<Record<string, readonly SqlValue[]>> = {
  state: ['granted', 'used', 'terminated', 'dormant', 'healthy', 'succeeded', 'failed', 'requested', 'stopping'],
  approver: [null, `0x${'a'.repeat(40)}`],
  setBy: ['person', 'default', 'approver'],
  seal: [null],
  signature: [null],
  approval: [null],
  usedBy: [null],
  frozen: [0n],
  published: [0n, 1n],
  settled: [1n],
  hold: [0n, 1n],
  billed: [0n],
  ttlSeconds: [1n, 86_400n],
  network: ['devnet', 'mainnet'],
  acknowledgedBalance: [null, 0n, 1n],
  authorisedAt: [0n],
  rate: ['0.000000000000000001'],
};

const cell = (random: Random, row: SqlRow, column: string, other: SqlRow, now: number): SqlValue => {
  const value = row[column] ?? null;
  const roll = random.fraction();
  if (roll < 0.3 && wanted[column] !== undefined) return pick(random, wanted[column]);
  if (roll < 0.6) return other[column] ?? null;
  if (typeof value === 'bigint') {
    const time = value > 1_000_000_000_000n;
    return pick(
      random,
      time
        ? [BigInt(now), BigInt(now) + BigInt(hour * 24), value - BigInt(hour), value + BigInt(hour * 6), 0n]
        : [0n, 1n, value + 1n, value * 10n, value / 2n],
    );
  }
  if (typeof value === 'string' && /^[[{]/.test(value)) return inJson(random, value);
  return roll < 0.9 ? (other[column] ?? null) : null;
};

/** One number or text within changed. */
const inJson = (random: Random, text: string): string => {
  const numbers = [...text.matchAll(/(?<=[":[,])\d+(\.\d+)?(?=[",}\]])/g)];
  if (numbers.length === 0 || random.fraction() < 0.1) return pick(random, ['{}', 'null', text]);
  const { index, 0: found } = pick(random, numbers);
  const changed = pick(random, ['0', '1', `${found}0`, found.length > 1 ? found.slice(1).replace(/^0+(?=\d)/, '') : '9']);
  return `${text.slice(0, index)}${changed}${text.slice(index + found.length)}`;
};

const columnsOf = (connection: Connection, table: string): { name: string; key: boolean }[] =>
  connection.all(`PRAGMA table_info(${table})`).map((row) => ({ name: String(row['name']), key: row['pk'] !== 0n }));

const insert = (connection: Connection, table: string, row: SqlRow): void => {
  const names = Object.keys(row);
  connection.run(
    `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    Object.values(row),
  );
};

/** Two rows that end the approver as the program itself would write it, were it allowed to: a version of the policy and its row of the trail. */
const endApprover = ({ connection, now, undo }: Editor): string => {
  const newest = connection.first('SELECT * FROM policies ORDER BY version DESC LIMIT 1');
  const said = connection.first("SELECT * FROM effects WHERE point = 'policy.set' ORDER BY seq DESC LIMIT 1");
  const last = connection.first('SELECT max(seq) AS seq FROM effects');
  if (newest === null || said === null) return 'nothing to end';
  const version = Number(newest['version']) + 1;
  insert(connection, 'policies', { ...newest, version: BigInt(version), approver: null, seal: null, setBy: 'person' });
  const facts = JSON.stringify({ ...JSON.parse(String(said['facts'])), version, approver: null });
  insert(connection, 'effects', { ...said, seq: BigInt(Number(last?.['seq'] ?? 0) + 1), at: BigInt(now), facts });
  undo.push(() => {
    connection.run('DELETE FROM policies WHERE version = ?', [BigInt(version)]);
    connection.run("DELETE FROM effects WHERE seq = (SELECT max(seq) FROM effects WHERE point = 'policy.set')");
  });
  return `the approver ends with version ${version}`;
};

/** A request that waits gets what a granted one has. */
const grantAll = ({ connection, now }: Editor): string => {
  const signed = connection.first('SELECT signature FROM approvals WHERE signature IS NOT NULL LIMIT 1')?.['signature'] ?? null;
  const changed = connection.run(
    "UPDATE approvals SET state = 'granted', decidedAt = ?, decidedBy = 'terminal', signature = ? WHERE state IN ('pending', 'used')",
    [BigInt(now), signed],
  );
  return `${changed} requests are granted`;
};

const anyEdit = ({ random, connection, now, undo }: Editor): string => {
  const filled = tables.filter((name) => connection.first(`SELECT 1 FROM ${name} LIMIT 1`) !== null);
  const table = pick(random, filled);
  const rows = connection.all(`SELECT rowid AS place, * FROM ${table}`);
  const [{ place, ...row }, { place: _, ...other }] = [pick(random, rows), pick(random, rows)] as [SqlRow, SqlRow];
  const columns = columnsOf(connection, table);
  const roll = random.fraction();
  if (roll < 0.12) {
    connection.run(`DELETE FROM ${table} WHERE rowid = ?`, [place ?? null]);
    undo.push(() => insert(connection, table, row));
    return `${table}: row ${place} deleted`;
  }
  if (roll < 0.3) {
    const keys = columns.filter(({ key }) => key).map(({ name }) => name);
    const last = keys.at(-1) ?? '';
    const value = row[last];
    const copy = {
      ...row,
      [last]:
        typeof value === 'bigint' ? value + BigInt(rows.length) : `${String(value).slice(0, -1)}${Math.floor(random.fraction() * 10)}`,
    };
    const { name } = pick(random, columns);
    insert(connection, table, name === last ? copy : { ...copy, [name]: cell(random, row, name, other, now) });
    undo.push(() => void connection.run(`DELETE FROM ${table} WHERE "${last}" = ?`, [copy[last] ?? null]));
    return `${table}: row ${place} copied, ${name} changed`;
  }
  const tries = Array.from({ length: 6 }, () => pick(random, columns).name).map((name) => ({
    name,
    value: cell(random, row, name, other, now),
  }));
  const { name, value } = tries.find((each) => each.value !== (row[each.name] ?? null)) ?? tries[0]!;
  connection.run(`UPDATE ${table} SET "${name}" = ? WHERE rowid = ?`, [value, place ?? null]);
  undo.push(() => void connection.run(`UPDATE ${table} SET "${name}" = ? WHERE rowid = ?`, [row[name] ?? null, place ?? null]));
  return `${table}.${name} of row ${place}: ${row[name]} becomes ${value}`.slice(0, 300);
};

/** The newest edit is undone, so that what it was for does not show. */
const putBack = ({ undo }: Editor): string => {
  const last = undo.pop();
  last?.();
  return last === undefined ? 'nothing to put back' : 'the newest edit is put back';
};

/** An edit as somebody makes it who has the file: any row of any table, the chain made anew where he edits the trail. Tells what he did. */
export const editLedger = (editor: Editor): string => {
  const { random, connection } = editor;
  connection.execute(`PRAGMA foreign_keys = OFF; ${stops.map((name) => `DROP TRIGGER IF EXISTS ${name}`).join('; ')}`);
  const roll = random.fraction();
  const rechained = random.fraction() < 0.85;
  connection.execute('BEGIN IMMEDIATE');
  try {
    const done = roll < 0.1 ? endApprover(editor) : roll < 0.2 ? grantAll(editor) : roll < 0.32 ? putBack(editor) : anyEdit(editor);
    if (rechained) chainAnew(connection);
    connection.execute('COMMIT');
    return done;
  } catch (thrown) {
    connection.rollBack();
    return `nothing: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
};
