import type { Ledger } from './ledger.ts';

/** A backup that was read and checked, and of which nothing is in the home yet. */
export interface UnpackedBackup {
  /** When it was written, RFC 3339. */
  at: string;
  /** The version that wrote it. */
  program: string;
  keys: number;
  /** Its ledger, which no other process knows; null where it has none. */
  ledger: Ledger | null;
  /** Puts all of it into the home, the ledger last. `USAGE` where something else came there meanwhile. */
  keep(): Promise<void>;
  /** Takes away what lies beside the home. */
  discard(): Promise<void>;
}

/**
 * Backups of this home, each in one file that opens its accounts as the home does. What the program makes anew by itself is not in them:
 * caches, logs, devnets, and the safe that the home has joined.
 */
export interface Backups {
  /** Where they are taken from, and restored to. */
  home(): Promise<string>;
  /**
   * Writes one into a new file of mode 0600, also while a safe runs in the home: the ledger is taken as it is at one instant. `USAGE` where
   * there is such a file, or nothing to back up; `CONFIG_INVALID` for what others can read or write. The file is complete, or not there.
   */
  write(path: string, at: string): Promise<{ bytes: number; keys: number }>;
  /**
   * Reads one. `CONFIG_INVALID` for a file that is no whole backup, or that other users can get at, `LEDGER_TOO_NEW`; `USAGE` where it cannot be
   * read, or where the home has anything that is not from this very backup.
   */
  unpack(path: string): Promise<UnpackedBackup>;
}
