import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../../src/adapters/ledger/migrations.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { effectRow, operationRow, start, vmRow } from '../../conformance/ledger-rows.ts';

const now = () => start;
const user = process.getuid?.() ?? null;

const failureOf = (act: () => unknown): Failure => {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('a ledger file', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aleph-agent-ledger-'));
    path = join(folder, 'home', 'ledger.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (file = path) => {
    const ledger = openLedger({ path: file, now });
    ledger.write('create.hold', (transaction) => transaction.recordEffect(effectRow));
    ledger.close();
  };

  it('is not created by reading', () => {
    const ledger = openLedger({ path, now });
    expect(ledger.vms()).toEqual([]);
    expect(ledger.newestAt('devnet')).toBeNull();
    expect(existsSync(join(folder, 'home'))).toBe(false);
    ledger.close();
  });

  it('is seen by a reader that was there before it', () => {
    const reader = openLedger({ path, now });
    expect(reader.effects()).toEqual([]);
    write();
    expect(reader.effects()).toHaveLength(1);
    reader.close();
  });

  it('belongs to its user alone: 0600 in 0700, side files too', () => {
    const ledger = openLedger({ path, now });
    ledger.write('create.hold', (transaction) => transaction.recordEffect(effectRow));
    const mode = (file: string) => statSync(file).mode & 0o777;
    expect([mode(join(folder, 'home')), mode(path), mode(`${path}-wal`), mode(`${path}-shm`)]).toEqual([0o700, 0o600, 0o600, 0o600]);
    ledger.close();
    chmodSync(path, 0o644);
    write();
    expect(mode(path)).toBe(0o600);
  });

  it.runIf(user !== null)('S-16: is not used where others may write into it', () => {
    write();
    const append = () => openLedger({ path, user, now }).write('create.hold', (transaction) => transaction.recordEffect(effectRow));
    for (const mode of [0o666, 0o620, 0o602]) {
      chmodSync(path, mode);
      for (const use of [() => openLedger({ path, user, now }).effects(), append]) {
        expect(failureOf(use)).toMatchObject({
          code: 'LEDGER_UNREADABLE',
          message: expect.stringContaining('other users may write into it'),
        });
      }
      expect(statSync(path).mode & 0o777).toBe(mode);
    }
    chmodSync(path, 0o600);
    write();
  });

  it.runIf(user === 0)('S-16: is not used where it is another user’s', () => {
    write();
    const append = () => openLedger({ path, user, now }).write('create.hold', (transaction) => transaction.recordEffect(effectRow));
    chownSync(path, 12_345, 12_345);
    for (const use of [() => openLedger({ path, user, now }).effects(), append]) {
      expect(failureOf(use)).toMatchObject({ code: 'LEDGER_UNREADABLE', message: expect.stringContaining('belongs to another user') });
    }
  });

  it('S-16: a copy of the file alone has all that was written before it was closed', () => {
    write();
    write();
    const copy = join(folder, 'copy.db');
    copyFileSync(path, copy);
    const ledger = openLedger({ path: copy, now });
    expect(ledger.effects().map(({ seq }) => seq)).toEqual([2, 1]);
    ledger.close();
  });

  it('keeps its rows, in WAL', () => {
    write();
    write();
    const ledger = openLedger({ path, now });
    expect(ledger.effects().map(({ seq }) => seq)).toEqual([2, 1]);
    expect(ledger.firstBrokenLink()).toBeNull();
    ledger.close();
    const raw = new DatabaseSync(path);
    expect(raw.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    raw.close();
  });

  it('tells when somebody changed, removed or moved an effect', () => {
    for (const tamper of [
      "UPDATE effects SET outcome = 'other' WHERE seq = 2",
      'DELETE FROM effects WHERE seq = 2',
      "UPDATE effects SET facts = '{}' WHERE seq = 2",
      'UPDATE effects SET seq = 9 WHERE seq = 2',
      'UPDATE effects SET credits = NULL WHERE seq = 2',
    ]) {
      const file = join(folder, 'tampered', `${tamper.length}${tamper.slice(-20, -10)}.db`.replaceAll(/[^a-z0-9.]/gi, ''));
      for (let count = 0; count < 3; count += 1) write(file);
      const raw = new DatabaseSync(file);
      expect(() => raw.exec(tamper)).toThrow('effects are never');
      raw.exec(`DROP TRIGGER effectsKeep; DROP TRIGGER effectsStay; ${tamper}`);
      raw.close();
      const ledger = openLedger({ path: file, now });
      expect(ledger.firstBrokenLink(), tamper).toBe(2);
      ledger.close();
    }
  });

  it('never loses the row of a VM', () => {
    write();
    const raw = new DatabaseSync(path);
    raw.exec('PRAGMA foreign_keys = OFF');
    raw.exec(`INSERT INTO vms (id, name, label, network, account, payer, operation, attempt, state, spec, node, ttlSeconds, signedAt, expiresAt,
      rate, hold, settled, billed, updatedAt) VALUES ('a', '', '', '', '', '', '', 1, 'terminated', '{}', '{}', 1, 1, 1, '0', 0, 1, 0, 1)`);
    expect(() => raw.exec('DELETE FROM vms')).toThrow('never deleted');
    raw.close();
  });

  it('LEDGER_TOO_NEW names the version that is needed', () => {
    write();
    const raw = new DatabaseSync(path);
    const later = migrations.length + 1;
    raw.exec(`INSERT INTO migrations VALUES (${later}, '0.9.0'); PRAGMA user_version = ${later}`);
    raw.close();
    const failure = failureOf(() => openLedger({ path, now }).vms());
    expect(failure.code).toBe('LEDGER_TOO_NEW');
    expect(failure.message).toContain('aleph-agent 0.9.0 or newer');
    expect(failureOf(() => write()).code).toBe('LEDGER_TOO_NEW');
  });

  it('LEDGER_UNREADABLE for what is no database, another program’s, or no file', () => {
    const junk = join(folder, 'junk.db');
    writeFileSync(junk, 'not a database, '.repeat(100));
    expect(failureOf(() => openLedger({ path: junk, now }).vms()).code).toBe('LEDGER_UNREADABLE');
    const other = join(folder, 'other.db');
    const raw = new DatabaseSync(other);
    raw.exec('CREATE TABLE bookmarks (url TEXT)');
    raw.close();
    expect(failureOf(() => write(other)).message).toContain('another program');
    mkdirSync(path, { recursive: true });
    expect(failureOf(() => openLedger({ path, now }).vms()).code).toBe('LEDGER_UNREADABLE');
    expect(failureOf(() => write(join(junk, 'ledger.db'))).code).toBe('LEDGER_UNREADABLE');
  });

  it.each([
    ['a node that is nothing', 'node', 'null', 'node is not an object'],
    ['a size without its processors', 'spec', '{"memoryMib":2048}', 'spec.vcpus is missing'],
    ['an endpoint whose port is no port', 'endpoint', '{"host":"198.51.100.1","port":"22","user":"root"}', 'endpoint.port is not a count'],
    ['a receipt of nobody', 'receipt', '{}', 'receipt.forgottenBy is missing'],
  ])('LEDGER_UNREADABLE for a VM that was edited to have %s', (_, column, text, trouble) => {
    const ledger = openLedger({ path, now });
    ledger.write('create.hold', (transaction) => transaction.insertVm(vmRow(1)));
    ledger.close();
    const raw = new DatabaseSync(path);
    raw.prepare(`UPDATE vms SET ${column} = ?`).run(text);
    raw.close();
    expect(failureOf(() => openLedger({ path, now }).vms())).toMatchObject({
      code: 'LEDGER_UNREADABLE',
      message: `A row of vms cannot be read: ${trouble}; it was edited.`,
    });
  });

  it('an empty file becomes a ledger', () => {
    const empty = join(folder, 'empty.db');
    writeFileSync(empty, '');
    write(empty);
    expect(openLedger({ path: empty, now }).effects()).toHaveLength(1);
  });

  it('calls the crash hook just before a write and just after it is on disk', () => {
    const seen: string[] = [];
    const other = openLedger({ path, now });
    const ledger = openLedger({ path, now, crash: (point, when) => seen.push(`${point} ${when} ${other.operations().length}`) });
    ledger.write('create.hold', (transaction) => transaction.insertOperation(operationRow()));
    expect(() =>
      ledger.write('create.start', () => {
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(seen).toEqual(['create.hold before 0', 'create.hold after 1', 'create.start before 1']);
  });
});
