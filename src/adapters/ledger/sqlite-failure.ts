import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html); extended ones carry these in their low byte. */
const busy = new Set([5, 6]);
const unreadable = new Map([
  [3, 'permission denied'],
  [8, 'it cannot be written'],
  [10, 'the disk reports an error'],
  [11, 'it is damaged'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
  [23, 'access was denied'],
  [26, 'it is not a database'],
]);

/** The codes with which a sound file is met where nothing can be written. */
const unwritable = new Set([8, 10, 13, 14]);

const primaryCode = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;

/** What SQLite throws, as a failure of ours where a person can do something about it; anything else is a bug and stays what it is. */
export const sqliteFailure = (error: unknown, path: string): unknown => {
  const code = primaryCode(error);
  if (code === null) return error;
  if (busy.has(code)) {
    return new Failure('LEDGER_BUSY', `Another process has held the ledger ${path} for 30 s.`, { retryAfterSeconds: 5, cause: error });
  }
  const bytes = error instanceof Error && error.message.includes('JSON cannot hold BLOB');
  const reason = bytes ? 'a row has bytes where text belongs: it was edited' : unreadable.get(code);
  if (reason === undefined) return error;
  return unreadableLedger(path, reason, error);
};

/** Tells whether the ledger may still be read, though nothing can be written beside it. */
export const mayBeReadable = (thrown: unknown): boolean => {
  const code = thrown instanceof Failure ? primaryCode(thrown.details.cause) : null;
  return code !== null && unwritable.has(code);
};

export const unreadableLedger = (path: string, reason: string, cause?: unknown): Failure =>
  new Failure('LEDGER_UNREADABLE', `The ledger ${path} cannot be used: ${reason}.`, {
    fix: human('Mend or move the file away; then `ledger reconcile` rebuilds it from the network.'),
    cause,
  });
