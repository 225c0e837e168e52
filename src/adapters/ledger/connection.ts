import { pathToFileURL } from 'node:url';
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { sqliteFailure } from './sqlite-failure.ts';

export type SqlValue = string | bigint | null;
export type SqlRow = Record<string, SqlValue>;

/** One SQLite connection: statements are prepared when first used, integers come as bigints, errors as failures. */
export interface Connection {
  /** Of the file, or `:memory:`. */
  readonly path: string;
  /** It reads the file as it is, and sees nothing of what anybody writes from then on. */
  readonly isImmutable: boolean;
  execute(sql: string): void;
  all(sql: string, values?: readonly SqlValue[]): SqlRow[];
  first(sql: string, values?: readonly SqlValue[]): SqlRow | null;
  /** How many rows were changed. */
  run(sql: string, values?: readonly SqlValue[]): number;
  /** Ends a transaction that failed; SQLite may have ended it already. */
  rollBack(): void;
  isOpen(): boolean;
  close(): void;
}

/** How long a connection waits for another one's transaction. Set with the opening, before anything that can meet a lock. */
export const busyTimeoutMs = 30_000;

/** `path` is a file, created empty when absent, or `:memory:`. */
export const connect = (path: string): Connection =>
  connection(path, false, () => new DatabaseSync(path, { timeout: busyTimeoutMs, readBigInts: true }));

/**
 * A connection that reads the file as it is and touches nothing beside it, for a folder in which nothing can be written. What still lies in
 * the side file is not seen.
 */
export const connectFrozen = (path: string): Connection =>
  connection(path, true, () => new DatabaseSync(`${pathToFileURL(path)}?immutable=1`, { readOnly: true, readBigInts: true }));

const connection = (path: string, isImmutable: boolean, openDatabase: () => DatabaseSyncInstance): Connection => {
  const guard = <Result>(act: () => Result): Result => {
    try {
      return act();
    } catch (error) {
      throw sqliteFailure(error, path);
    }
  };
  const database = guard(openDatabase);
  const statements = new Map<string, StatementSyncInstance>();
  const prepared = (sql: string): StatementSyncInstance => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const fresh = database.prepare(sql);
    statements.set(sql, fresh);
    return fresh;
  };
  return {
    path,
    isImmutable,
    execute: (sql) => guard(() => database.exec(sql)),
    all: (sql, values = []) => guard(() => prepared(sql).all(...values) as SqlRow[]),
    first: (sql, values = []) => guard(() => (prepared(sql).get(...values) as SqlRow | undefined) ?? null),
    run: (sql, values = []) => guard(() => Number(prepared(sql).run(...values).changes)),
    rollBack: () => {
      if (database.isTransaction) guard(() => database.exec('ROLLBACK'));
    },
    isOpen: () => database.isOpen,
    close: () => {
      statements.clear();
      database.close();
    },
  };
};
