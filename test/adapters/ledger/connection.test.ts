import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteFailure } from '../../../src/adapters/ledger/sqlite-failure.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-sqlite-'));
const thrown = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('errors of SQLite at the border', () => {
  const path = join(folder, 'a.db');
  const first = new DatabaseSync(path, { timeout: 0 });
  const second = new DatabaseSync(path, { timeout: 0 });
  first.exec('CREATE TABLE t (x INTEGER) STRICT');

  afterAll(() => {
    first.close();
    second.close();
    rmSync(folder, { recursive: true });
  });

  it('a held lock is LEDGER_BUSY, to be tried again', () => {
    first.exec('BEGIN IMMEDIATE');
    const failure = sqliteFailure(
      thrown(() => second.exec('BEGIN IMMEDIATE')),
      path,
    );
    first.exec('ROLLBACK');
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'LEDGER_BUSY', details: { retryAfterSeconds: 5 } });
  });

  it('a file that may not be written is LEDGER_UNREADABLE', () => {
    const readOnly = new DatabaseSync(path, { readOnly: true });
    const failure = sqliteFailure(
      thrown(() => readOnly.exec('INSERT INTO t VALUES (1)')),
      path,
    );
    readOnly.close();
    expect(failure).toMatchObject({ code: 'LEDGER_UNREADABLE' });
  });

  it('a mistake of ours stays what it is', () => {
    const error = thrown(() => first.exec("INSERT INTO t VALUES ('x')"));
    expect(sqliteFailure(error, path)).toBe(error);
    const other = new Error('other');
    expect(sqliteFailure(other, path)).toBe(other);
  });
});
