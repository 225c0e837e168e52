import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { Connection } from './connection.ts';
import { type Migration, migrations } from './migrations.ts';
import { unreadableLedger } from './sqlite-failure.ts';

/** `aleg` in ASCII: marks the file as ours, so that another program's database is never touched. */
const applicationId = 0x616c6567;

const pragma = (connection: Connection, name: string): number => Number(connection.first(`PRAGMA ${name}`)?.[name] ?? 0);

const tooNew = (connection: Connection, path: string, version: number, known: number): Failure => {
  const since = connection.first('SELECT since FROM migrations WHERE version = ?', [BigInt(version)])?.['since'];
  const needed = typeof since === 'string' ? `aleph-agent ${since} or newer` : 'a newer aleph-agent';
  return new Failure('LEDGER_TOO_NEW', `The ledger ${path} has schema ${version}, this version knows ${known}: it needs ${needed}.`, {
    fix: human(`Use ${needed}.`),
    facts: { schema: version, known },
  });
};

/** The file's schema version. Refuses what is not ours, or newer than we know. */
const versionOf = (connection: Connection, path: string, known: number): number => {
  const version = pragma(connection, 'user_version');
  if (pragma(connection, 'application_id') === applicationId) {
    if (version > known) throw tooNew(connection, path, version, known);
    return version;
  }
  const tables = connection.first('SELECT count(*) AS tables FROM sqlite_schema')?.['tables'];
  if (version !== 0 || tables !== 0n) throw unreadableLedger(path, 'it is the database of another program');
  return 0;
};

/** Brings the file to the newest schema in one transaction; one read where it is there already. `LEDGER_TOO_NEW`, `LEDGER_UNREADABLE`. */
export const migrate = (connection: Connection, path: string, steps: readonly Migration[] = migrations): void => {
  if (versionOf(connection, path, steps.length) === steps.length) return;
  connection.execute('BEGIN IMMEDIATE');
  try {
    const from = versionOf(connection, path, steps.length);
    connection.execute('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, since TEXT NOT NULL) STRICT');
    steps.slice(from).forEach((step, index) => {
      connection.execute(step.sql);
      connection.run('INSERT INTO migrations (version, since) VALUES (?, ?)', [BigInt(from + index + 1), step.since]);
    });
    connection.execute(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}; COMMIT`);
  } catch (error) {
    connection.rollBack();
    throw error;
  }
};
