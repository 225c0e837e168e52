import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import type { Connection } from './connection.ts';
import { toStoredJson } from './stored-json.ts';
import { decodeRow } from './table.ts';
import { effectTable } from './tables.ts';

/** What the first effect has in place of a previous hash. */
const genesis = '0'.repeat(64);

/** SHA-256 over the row in canonical JSON, the previous row's hash among it; facts as the text that is stored. */
const hashOf = (effect: Omit<EffectRecord, 'hash'>): string => {
  const { facts, ...row } = effect;
  return digest({ ...row, facts: toStoredJson(facts) });
};

/** The effect with its number, the hash of the one before it, and its own. */
export const link = (connection: Connection, effect: Omit<EffectRecord, 'seq' | 'previousHash' | 'hash'>): EffectRecord => {
  const last = connection.first('SELECT seq, hash FROM effects ORDER BY seq DESC LIMIT 1');
  const { at, point, network, account, task, operation, vm, outcome, credits, latencyMs, facts } = effect;
  const seq = Number(last?.['seq'] ?? 0n) + 1;
  const previousHash = (last?.['hash'] as string | undefined) ?? genesis;
  const row = { seq, at: Math.trunc(at), point, network, account, task, operation, vm, outcome, credits, latencyMs, facts, previousHash };
  const whole = { ...row, latencyMs: latencyMs === null ? null : Math.trunc(latencyMs) };
  return { ...whole, hash: hashOf(whole) };
};

const pageSize = 1000n;

interface Mark {
  seq: number;
  hash: string;
}

const start: Mark = { seq: 0, hash: genesis };

/** How far each connection's chain was found whole: what is judged twice within a call is walked once. */
const walked = new WeakMap<Connection, Mark>();

const stands = (connection: Connection, { seq, hash }: Mark): boolean =>
  connection.first('SELECT hash FROM effects WHERE seq = ?', [BigInt(seq)])?.['hash'] === hash;

/** The number of the first effect that is missing, changed or moved; null when every one fits. */
export const firstBrokenLink = (connection: Connection): number | null => {
  const mark = walked.get(connection);
  let { seq, hash: previousHash } = mark !== undefined && stands(connection, mark) ? mark : start;
  for (;;) {
    const rows = connection.all('SELECT * FROM effects WHERE seq > ? ORDER BY seq LIMIT ?', [BigInt(seq), pageSize]);
    if (rows.length === 0) {
      walked.set(connection, { seq, hash: previousHash });
      return null;
    }
    for (const stored of rows) {
      const { hash, ...row } = decodeRow(effectTable, stored);
      if (row.seq !== seq + 1 || row.previousHash !== previousHash || hashOf(row) !== hash) return seq + 1;
      seq = row.seq;
      previousHash = hash;
    }
  }
};
