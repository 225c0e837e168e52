import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { busyTimeoutMs, type Connection, connect, connectFrozen } from './connection.ts';
import { migrate } from './migrate.ts';
import { mayBeReadable, unreadableLedger } from './sqlite-failure.ts';

/** Where the ledger's connection comes from. Nothing is opened, or created, before the first use. */
export interface Store {
  /** Creates folder (0700) and file (0600) where there is none. */
  forWriting(): Connection;
  /** Creates nothing: where there is no file, an empty ledger stands in. */
  forReading(): Connection;
  /** `tidy` is called with the file where there is one; it tells whether it wrote. What it cannot do is left to the next one to close. */
  close(tidy: (connection: Connection) => boolean): void;
}

const memory = (): Connection => {
  const connection = connect(':memory:');
  connection.execute('PRAGMA foreign_keys = ON');
  migrate(connection, ':memory:');
  return connection;
};

/** Refuses a file that others could have written into: what it says of money and approvals would be theirs. */
const refuseForeign = (path: string, user: number | null): void => {
  const found = user === null ? undefined : statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.uid !== user) throw unreadableLedger(path, 'it belongs to another user');
  if ((found.mode & 0o022) !== 0) {
    throw unreadableLedger(path, `other users may write into it (mode ${(found.mode & 0o777).toString(8).padStart(4, '0')})`);
  }
};

/** Between two tries to have a new file keep a side file, ms. */
const pauseMs = 10;

/**
 * Has the file keep what is written in a side file first. SQLite waits for nobody here: a new file that another process is making at this
 * moment is busy at once, whatever the timeout is (`sqlite3BtreeSetVersion` asks for the lock while it reads). Fails with `LEDGER_BUSY` once
 * the time that any other statement waits is over.
 */
const keepSideFile = (connection: Connection): void => {
  const giveUpAt = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      connection.execute('PRAGMA journal_mode = WAL');
      return;
    } catch (thrown) {
      const isBusy = thrown instanceof Failure && thrown.code === 'LEDGER_BUSY';
      if (!isBusy || performance.now() > giveUpAt) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
};

const openFile = (path: string, user: number | null): Connection => {
  refuseForeign(path, user);
  const connection = connect(path);
  try {
    keepSideFile(connection);
    // what is wiped leaves no trace in the file
    connection.execute('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON');
    migrate(connection, path);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
};

/** Opens the file for reading alone, where opening it as usual failed for lack of space or permission. */
const openFrozen = (path: string, thrown: unknown): Connection => {
  if (!mayBeReadable(thrown)) throw thrown;
  const connection = connectFrozen(path);
  migrate(connection, path);
  return connection;
};

/** SQLite gives the -wal and -shm files the mode of the database file. */
const makePrivate = (path: string): void => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    // what others could write into is not made one's own by that
    if ((statSync(path).mode & 0o022) === 0 && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  } catch (error) {
    throw unreadableLedger(path, error instanceof Error ? error.message : String(error), error);
  }
};

/** Moves what was written from the side file into the ledger's own, so that a copy of that one alone has it; nobody is waited for. */
const moveIntoFile = (connection: Connection | null): void => {
  try {
    connection?.execute('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // it is safe where it is, and the next one to close moves it
  }
};

/** Nobody is waited for at the end of a call: who has the ledger's lock tidies it as well. */
const tidied = (file: Connection, tidy: (connection: Connection) => boolean): boolean => {
  try {
    file.execute('PRAGMA busy_timeout = 0');
    return tidy(file);
  } catch {
    return false;
  }
};

/** `user`: the id of whoever runs this, to whom alone the file belongs; null where a machine knows none. */
export const fileStore = (path: string, user: number | null): Store => {
  let file: Connection | null = null;
  let standIn: Connection | null = null;
  let frozen: Connection | null = null;
  let written = false;
  const open = (): Connection => {
    file ??= openFile(path, user);
    return file;
  };
  return {
    forWriting: () => {
      if (file === null) makePrivate(path);
      written = true;
      return open();
    },
    forReading: () => {
      if (file === null && !existsSync(path)) {
        standIn ??= memory();
        return standIn;
      }
      try {
        // where nothing could be written a moment ago, others may write by now
        return open();
      } catch (thrown) {
        frozen ??= openFrozen(path, thrown);
        return frozen;
      }
    },
    close: (tidy) => {
      if (file !== null && tidied(file, tidy)) written = true;
      if (written) moveIntoFile(file);
      file?.close();
      standIn?.close();
      frozen?.close();
      file = null;
      standIn = null;
      frozen = null;
      written = false;
    },
  };
};

export const memoryStore = (): Store => {
  let only: Connection | null = null;
  const open = (): Connection => {
    only ??= memory();
    return only;
  };
  return {
    forWriting: open,
    forReading: open,
    close: () => {
      only?.close();
      only = null;
    },
  };
};
