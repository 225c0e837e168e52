import type { EffectPoint } from '../../domain/ledger/effect-points.ts';
import type { Ledger, LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';
import { ledgerTransaction } from './ledger-transaction.ts';
import { keptReader } from './reader/kept-reader.ts';
import { ledgerReader } from './reader/ledger-reader.ts';
import { fileStore, memoryStore, type Store } from './store.ts';
import { wipeSpentSignatures } from './wipe-signatures.ts';

export interface LedgerOptions {
  /** The clock by which request ids age and rows are stamped, ms. */
  now: () => number;
  /** Whose clock this is: by it the signatures of this network's INSTANCEs age. Without it none do. */
  network?: string | null;
  /** The program of a thread that walks a long trail ahead; without it the own thread does. */
  walker?: string;
  /** Called just before a write begins and just after it is on disk. The crash sweep kills the process here. */
  crash?: (point: EffectPoint, when: 'before' | 'after') => void;
}

export type OpenLedger = Ledger & {
  /** Another number once anybody else has written, in this process or in others. */
  version(): number;
  /**
   * Reads the same connection, and answers what was asked before without looking for it again, as long as nobody writes. Of a ledger that
   * is read alone.
   */
  kept(now: () => number): LedgerReader;
  close(): void;
};

const ledgerOver = (store: Store, { now, network = null, walker, crash }: LedgerOptions): OpenLedger => {
  let writing = false;
  const commit = <Result>(change: (transaction: LedgerTransaction) => Result): Result => {
    const connection = store.forWriting();
    const inside = ledgerReader(() => connection, now);
    connection.execute('BEGIN IMMEDIATE');
    try {
      const result = change(ledgerTransaction(connection, inside, now));
      if (result instanceof Promise) throw new Error('a ledger write must not wait for anything');
      wipeSpentSignatures(connection, network, now());
      connection.execute('COMMIT');
      return result;
    } catch (error) {
      connection.rollBack();
      throw error;
    }
  };
  return {
    ...ledgerReader(store.forReading, now, walker),
    write: (point, change) => {
      if (writing) throw new Error(`the ledger write ${point} is inside another one`);
      crash?.(point, 'before');
      writing = true;
      try {
        const result = commit(change);
        crash?.(point, 'after');
        return result;
      } finally {
        writing = false;
      }
    },
    version: () => Number(store.forReading().first('PRAGMA data_version')?.['data_version']),
    kept: (clock) => keptReader(store.forReading, clock),
    close: () => store.close((connection) => wipeSpentSignatures(connection, network, now()) > 0),
  };
};

/** The ledger in one SQLite file, which belongs to `user` alone where that is given. Nothing is opened before the first use, and reading creates nothing. */
export const openLedger = ({ path, user = null, ...options }: LedgerOptions & { path: string; user?: number | null }): OpenLedger =>
  ledgerOver(fileStore(path, user), options);

/** The same ledger in memory, gone with the process. */
export const openMemoryLedger = (options: LedgerOptions): OpenLedger => ledgerOver(memoryStore(), options);
