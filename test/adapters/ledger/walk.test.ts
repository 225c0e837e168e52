import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../../../src/adapters/ledger/connection.ts';
import { firstBrokenLink } from '../../../src/adapters/ledger/effect-chain.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { walkAhead } from '../../../src/adapters/ledger/walk-ahead.ts';
import { start, withFacts } from '../../conformance/ledger-rows.ts';

const rows = 2_500;

/** Enough for a thread of its own. */
const longTrail = 22_500;

const walker = resolve(import.meta.dirname, '../../../dist/walk-thread.js');

/** Texts that JSON escapes, or that two writers of JSON might write in two ways. */
const odd = ['"', '\\', '\n', '\r\t\b\f', '\u0001\u001f', '\u007f', '\u2028', 'ü 字 🙂', '{"previousHash":"', '</', "it's", ''];

/** The connection, and how many rows it gave. */
const counted = (connection: Connection): { connection: Connection; given: () => number } => {
  let count = 0;
  return {
    connection: {
      ...connection,
      all: (...asked) => {
        const found = connection.all(...asked);
        count += found.length;
        return found;
      },
      first: (...asked) => {
        count += 1;
        return connection.first(...asked);
      },
    },
    given: () => count,
  };
};

describe('R-10 the walk of a long trail', () => {
  let folder: string;
  let path: string;
  let open: Connection[];

  const opened = (): Connection => {
    const connection = connect(path);
    open.push(connection);
    return connection;
  };

  const fill = (textOf: (place: number) => string, count = rows): void => {
    const ledger = openLedger({ path, now: () => start });
    ledger.write('create.hold', (transaction) => {
      for (let place = 0; place < count; place += 1) {
        const text = textOf(place);
        const effect = withFacts({ text, credits: BigInt(place), tries: place, none: null });
        transaction.recordEffect({ ...effect, outcome: `held ${text}`, task: text === '' ? null : text });
      }
    });
    ledger.close();
  };
  /** Some longer than a walk by pages expects a task to be. */
  const oddly = (place: number): string => odd[place % odd.length]!.repeat(place % 7 === 0 ? 90 : 1);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aleph-agent-walk-'));
    path = join(folder, 'ledger.sqlite');
    open = [];
  });
  afterEach(() => {
    for (const connection of open) connection.close();
    rmSync(folder, { recursive: true });
  });

  it('takes one text for a thousand rows, and what was walked ahead is not walked again', async () => {
    fill(() => 'ci');
    const { connection, given } = counted(opened());
    await walkAhead(connection);
    const ahead = given();
    expect(ahead).toBeLessThan(10);
    expect(firstBrokenLink(connection)).toBeNull();
    expect(given() - ahead).toBeLessThan(5);
  });

  it('of a long trail is a thread’s, and finds what it finds in the own one', async () => {
    fill(oddly, longTrail);
    const { connection, given } = counted(opened());
    await walkAhead(connection, walker);
    const beside = given();
    // the own thread walks the last page alone
    expect(beside).toBeLessThan(10);
    expect(firstBrokenLink(connection)).toBeNull();
    expect(given() - beside).toBeLessThan(5);

    const edited = opened();
    edited.execute('DROP TRIGGER effectsKeep');
    for (const row of [longTrail - 5, 5]) {
      edited.execute(`UPDATE effects SET credits = credits + 1 WHERE seq = ${row}`);
      const anew = opened();
      await walkAhead(anew, walker);
      expect(firstBrokenLink(anew)).toBe(row);
    }
  });

  it('is the own thread’s where there is no such program, or it has another file', async () => {
    fill(() => 'ci', longTrail);
    const missing = opened();
    await walkAhead(missing, join(folder, 'nothing.js'));
    expect(firstBrokenLink(missing)).toBeNull();
    const other = { ...opened(), path: ':memory:' };
    await walkAhead(other, walker);
    expect(firstBrokenLink(other)).toBeNull();
  });

  it('never fails ahead: a file that was closed, or is none, fails when the question comes', async () => {
    fill(() => 'ci');
    const connection = connect(path);
    connection.close();
    await walkAhead(connection, walker);
    expect(() => firstBrokenLink(connection)).toThrow();
  });

  it('is whole whatever the rows say', () => {
    fill(oddly);
    expect(firstBrokenLink(opened())).toBeNull();
  });

  it('finds every changed column of any row, as one that walks row by row does', () => {
    fill(oddly);
    const changes = [
      'at = at + 1',
      "point = 'create.start'",
      "network = 'mainnet'",
      "account = '0x'",
      "task = 'other'",
      "operation = 'op_00000009'",
      "vm = 'other'",
      "outcome = 'other'",
      'credits = credits + 1',
      'credits = NULL',
      'latencyMs = NULL',
      "facts = json_set(facts, '$.tries', -1)",
      'previousHash = hash',
      'hash = previousHash',
      "hash = hash || 'a'",
      "hash = '}' || hash",
      'hash = substr(hash, 2)',
      'seq = 99999',
      'seq = -1',
    ];
    const connection = opened();
    connection.execute('DROP TRIGGER effectsKeep; DROP TRIGGER effectsStay');
    for (const [place, change] of changes.entries()) {
      const row = [1, 2, 999, 1000, 1001, 2000, 2001, 2499, 2500][place % 9]!;
      connection.execute('BEGIN');
      connection.execute(`UPDATE effects SET ${change} WHERE seq = ${row}`);
      expect(firstBrokenLink({ ...connection }), `${change} of row ${row}`).toBe(change === 'seq = -1' ? -1 : row);
      connection.execute('ROLLBACK');
    }
    for (const row of [1, 1000, 1001, 2499]) {
      connection.execute(`BEGIN; DELETE FROM effects WHERE seq = ${row}`);
      expect(firstBrokenLink({ ...connection })).toBe(row);
      connection.execute('ROLLBACK');
    }
    connection.execute('BEGIN; DELETE FROM effects WHERE seq > 5 AND seq < 2000');
    expect(firstBrokenLink({ ...connection })).toBe(6);
    connection.execute('ROLLBACK');
    expect(firstBrokenLink({ ...connection })).toBeNull();
  });

  it('S-05 finds rows that are gone, where a binary value of a table without types plays them', () => {
    fill(() => 'ci');
    const connection = opened();
    const lineOf = (row: number): string =>
      String(
        connection.first(
          `SELECT json_object('account', account, 'at', CAST(at AS TEXT), 'credits', CAST(credits AS TEXT), 'facts', facts,
            'latencyMs', CAST(latencyMs AS TEXT), 'network', network, 'operation', operation, 'outcome', outcome, 'point', point,
            'previousHash', previousHash, 'seq', CAST(seq AS TEXT), 'task', task, 'vm', vm) || hash AS line FROM effects WHERE seq = ${row}`,
        )?.['line'],
      );
    const account = String(connection.first('SELECT account FROM effects WHERE seq = 4')?.['account']);
    const played = Buffer.from(`${[1, 2, 3].map(lineOf).join('\n').slice('{"account":"'.length)}\n{"account":"${account}`);
    // JSONB, a text that stands as it is, its length in four bytes
    const head = Buffer.from([0xe7, 0, 0, 0, 0]);
    head.writeUInt32BE(played.length, 1);
    connection.execute(`DROP TRIGGER effectsKeep; DROP TRIGGER effectsStay;
      CREATE TABLE other (seq INTEGER PRIMARY KEY, at INTEGER, point TEXT, network TEXT, account TEXT, task TEXT, operation TEXT, vm TEXT,
        outcome TEXT, credits INTEGER, latencyMs INTEGER, facts TEXT, previousHash TEXT, hash TEXT, agent TEXT);
      INSERT INTO other SELECT * FROM effects; DROP TABLE effects; ALTER TABLE other RENAME TO effects;
      DELETE FROM effects WHERE seq < 4;
      UPDATE effects SET account = X'${Buffer.concat([head, played]).toString('hex')}' WHERE seq = 4`);
    expect(firstBrokenLink({ ...connection })).toBe(1);
  });

  it('S-05 finds facts that say one thing to one reader and another to the next', () => {
    fill(() => 'ci');
    const connection = opened();
    connection.execute('DROP TRIGGER effectsKeep');
    connection.execute(`UPDATE effects SET facts = replace(facts, '"tries":', '"tries":-1,"tries":') WHERE seq = 1200`);
    expect(connection.first(`SELECT json_extract(facts, '$.tries') AS tries FROM effects WHERE seq = 1200`)?.['tries']).toBe(-1n);
    expect(firstBrokenLink({ ...connection })).toBe(1200);
  });

  it('S-05 finds a row that was put before the first', () => {
    fill(() => 'ci');
    const connection = opened();
    connection.execute(`INSERT INTO effects SELECT -1, at, point, network, account, task, operation, vm, outcome, credits, latencyMs, facts,
      previousHash, hash, agent FROM effects WHERE seq = 1`);
    expect(firstBrokenLink({ ...connection })).toBe(-1);
  });

  it('S-05 finds values of another type, which compare otherwise than they read', () => {
    fill(() => 'ci');
    const connection = opened();
    connection.execute(`DROP TRIGGER effectsKeep; DROP TRIGGER effectsStay;
      CREATE TABLE loose AS SELECT * FROM effects; DROP TABLE effects; ALTER TABLE loose RENAME TO effects`);
    for (const change of [
      "facts = x'00'",
      ...['facts', 'account', 'point', 'network', 'task', 'outcome', 'hash', 'at', 'credits'].map(
        (name) => `${name} = CAST(${name} AS BLOB)`,
      ),
    ]) {
      connection.execute(`BEGIN; UPDATE effects SET ${change} WHERE seq = 1500`);
      expect(firstBrokenLink({ ...connection }), change).toBe(1500);
      connection.execute('ROLLBACK');
    }
    connection.execute('ALTER TABLE effects RENAME TO kept; CREATE VIEW effects AS SELECT * FROM kept');
    expect(firstBrokenLink({ ...connection })).toBe(1);
  });
});
