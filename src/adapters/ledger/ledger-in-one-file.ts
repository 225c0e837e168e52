import { closeSync, existsSync, openSync } from 'node:fs';
import { connect } from './connection.ts';
import { unreadableLedger } from './sqlite-failure.ts';

/**
 * Writes the ledger as it is at one instant into a new private file, while others go on reading and writing. Rows that were deleted, and
 * signatures that were wiped, are not in it. False, with nothing written, where there is no ledger.
 */
export const snapshotLedger = (ledger: string, to: string): boolean => {
  if (!existsSync(ledger)) return false;
  // SQLite takes an empty file for a new one, and leaves its mode
  closeSync(openSync(to, 'wx', 0o600));
  const connection = connect(ledger);
  try {
    connection.run('VACUUM INTO ?', [to]);
  } finally {
    connection.close();
  }
  return true;
};

/** Moves all that was written into the ledger's own file, which then is whole without the files beside it. Nobody else may have it open. */
export const sealLedger = (path: string): void => {
  const connection = connect(path);
  try {
    const busy = connection.first('PRAGMA wal_checkpoint(TRUNCATE)')?.['busy'];
    if (busy !== 0n) throw unreadableLedger(path, 'another process has it open');
  } finally {
    connection.close();
  }
};
