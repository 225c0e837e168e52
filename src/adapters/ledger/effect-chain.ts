import { hash } from 'node:crypto';
import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import type { Connection } from './connection.ts';
import { toStoredJson } from './stored-json.ts';
import { decodeRow } from './table.ts';
import { effectTable } from './tables.ts';
import { type Mark, stands } from './trail-mark.ts';

/** What the first effect has in place of a previous hash. */
const genesis = '0'.repeat(64);

/**
 * SHA-256 over the row in canonical JSON, the previous row's hash among it; facts as the text that is stored. The owner's rows name no agent,
 * as all rows of earlier versions.
 */
const hashOf = (effect: Omit<EffectRecord, 'hash'>): string => {
  const { facts, agent, ...row } = effect;
  return digest({ ...row, ...(agent === null ? {} : { agent }), facts: toStoredJson(facts) });
};

/** The effect with its number, the hash of the one before it, and its own. */
export const link = (connection: Connection, effect: Omit<EffectRecord, 'seq' | 'previousHash' | 'hash'>): EffectRecord => {
  const last = connection.first('SELECT seq, hash FROM effects ORDER BY seq DESC LIMIT 1');
  const { at, point, network, account, agent, task, operation, vm, outcome, credits, latencyMs, facts } = effect;
  const seq = Number(last?.['seq'] ?? 0n) + 1;
  const previousHash = (last?.['hash'] as string | undefined) ?? genesis;
  const row = { seq, at: Math.trunc(at), point, network, account, agent, task, operation, vm, outcome, credits, facts, previousHash };
  const whole = { ...row, latencyMs: latencyMs === null ? null : Math.trunc(latencyMs) };
  return { ...whole, hash: hashOf(whole) };
};

const pageSize = 1000n;

const start: Mark = { seq: 0, hash: genesis };

/** How far each connection's chain was found whole: what is judged twice within a call is walked once. */
const walked = new WeakMap<Connection, Mark>();

/** As text, whatever an edited table holds: SQLite writes a binary value into JSON as it stands, with quotes and line ends that could play further rows. */
const column = (name: string): string => `'${name}', CAST(${name} AS TEXT)`;

/** What STRICT keeps in a column, as long as nobody changed the table: a value of another type reads alike and compares otherwise. */
const typed = Object.entries(effectTable.columns)
  .map(([name, kind]) => `typeof(${name}) IN ('${kind === 'text' || kind === 'json' ? 'text' : 'integer'}', 'null')`)
  .join(' AND ');

/** In the order of canonical JSON. */
const hashed = Object.keys(effectTable.columns)
  .filter((name) => name !== 'hash')
  .sort();
const byOwner = hashed.filter((name) => name !== 'agent');

const object = (names: readonly string[]): string => `json_object(${names.map(column).join(', ')})`;

/**
 * One line for each row: what its hash is over, as `hashOf` writes it, and its hash. SQLite puts them together, because a row costs little
 * there and much as an object of its own.
 */
const page = `SELECT group_concat(iif(${typed} AND length(hash) = 64 AND instr(hash, char(0)) = 0,
    iif(agent IS NULL, ${object(byOwner)}, ${object(hashed)}) || hash, ''), char(10)) AS lines
  FROM effects WHERE seq > ?1 AND seq <= ?1 + ?2`;

/** What comes before a row's task and VM, and these, are shorter than this; a longer task is met row by row. */
const nearEnd = 400;

/** The end of a page whose rows all follow on `from`; null where one does not, or is written in another way than rows are now. */
const endOfPage = (lines: string, from: Mark): Mark | null => {
  let { seq, hash: previousHash } = from;
  for (const line of lines.split('\n')) {
    const [row, stored] = [line.slice(0, -64), line.slice(-64)];
    // No text of a row can hold these quotes: in JSON they would be escaped. They stand near the end.
    const place = row.indexOf(`"previousHash":"${previousHash}","seq":"${seq + 1}","task":`, Math.max(0, row.length - nearEnd));
    if (place === -1 || hash('sha256', row, 'hex') !== stored) return null;
    seq += 1;
    previousHash = stored;
  }
  return { seq, hash: previousHash };
};

const rowsOfPage = `SELECT *, ${typed} AS typed FROM effects WHERE seq > ? ORDER BY seq LIMIT ?`;

/** The same row by row; the number of the first that does not fit. */
const walkRows = (connection: Connection, from: Mark): Mark | number => {
  let { seq, hash: previousHash } = from;
  for (const stored of connection.all(rowsOfPage, [BigInt(seq), pageSize])) {
    if (stored['typed'] !== 1n) return seq + 1;
    const { hash: own, ...row } = decodeRow(effectTable, stored);
    // facts in other words than ours may say one thing to JSON.parse and another to SQLite: a key that stands twice
    if (stored['facts'] !== toStoredJson(row.facts)) return seq + 1;
    if (row.seq !== seq + 1 || row.previousHash !== previousHash || hashOf(row) !== own) return seq + 1;
    seq = row.seq;
    previousHash = own;
  }
  return { seq, hash: previousHash };
};

/** Up to where the connection's chain was found whole. */
export const wholeUpTo = (connection: Connection): Mark => {
  const mark = walked.get(connection);
  return mark !== undefined && stands(connection, mark) ? mark : start;
};

/** Another connection found the chain whole up to here: as long as this row stands, it is not walked again. */
export const foundWhole = (connection: Connection, mark: Mark): void => {
  if (stands(connection, mark)) walked.set(connection, mark);
};

/** Walks one page on from where the connection's chain was found whole: how many rows fit, or the number of the first that does not. */
const walkOn = (connection: Connection): { fitting: number; broken: number | null } => {
  const from = wholeUpTo(connection);
  const lines = connection.first(page, [BigInt(from.seq), pageSize])?.['lines'];
  const end = (typeof lines === 'string' ? endOfPage(lines, from) : null) ?? walkRows(connection, from);
  if (typeof end === 'number') return { fitting: 0, broken: end };
  walked.set(connection, end);
  return { fitting: end.seq - from.seq, broken: null };
};

/** Rows count from 1: what stands before them would be the oldest of all, and no hash is over it. A view could answer each question otherwise. */
const atFirst = `SELECT (SELECT type FROM sqlite_schema WHERE name = 'effects') AS type,
  (SELECT seq FROM effects WHERE seq < 1 ORDER BY seq LIMIT 1) AS early`;

/** Walks one page on; false where that was the last one, or does not fit. */
export const walkPage = (connection: Connection): boolean => walkOn(connection).fitting >= pageSize;

/** The number of the first effect that is missing, changed, moved or put before the first; null when every one fits. */
export const firstBrokenLink = (connection: Connection): number | null => {
  const { type, early } = connection.first(atFirst)!;
  if (type !== 'table') return 1;
  if (early !== null) return Number(early);
  for (;;) {
    const { fitting, broken } = walkOn(connection);
    if (fitting === 0) return broken;
  }
};
