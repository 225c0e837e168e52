import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBackups } from '../../src/adapters/backup/open-backups.ts';
import { homeFolders } from '../../src/adapters/host/home.ts';
import { privateFiles } from '../../src/adapters/host/private-files.ts';
import { sealLedger, snapshotLedger } from '../../src/adapters/ledger/ledger-in-one-file.ts';
import { openLedger } from '../../src/adapters/ledger/open-ledger.ts';
import type { Backups } from '../../src/ports/backups.ts';
import type { PrivateFiles } from '../../src/ports/host/private-files.ts';
import { temporaryHome } from './temporary-home.ts';

/** When the backups of tests are written. */
export const at = '2026-12-01T09:00:00Z';

interface Manner {
  now?: () => number;
  signal?: AbortSignal;
  files?: PrivateFiles;
  /** Another user than the one who tests. */
  user?: number;
}

/** Backups of the home in this folder, as the program opens them. */
export const backupsAt = (folder: string, { now = Date.now, signal, files, user }: Manner = {}): Backups => {
  const folders = homeFolders({ ALEPH_AGENT_HOME: folder });
  return openBackups({
    folders,
    files: files ?? privateFiles(),
    user: user ?? process.getuid?.() ?? null,
    program: '1.2.0',
    snapshot: (to) => snapshotLedger(folders.ledger, to),
    open: (path) => openLedger({ path, now }),
    seal: sealLedger,
    signal: signal ?? new AbortController().signal,
  });
};

/** Every file below the folder, sorted. */
export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/** A home with a key and settings, and no ledger yet. */
export const smallHome = (word = 'word'): string => {
  const home = join(temporaryHome(), 'home');
  mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'keys', 'dev.json'), `{"name":"${word}"}\n`, { mode: 0o600 });
  writeFileSync(join(home, 'settings.json'), `{"word":"${word}"}\n`, { mode: 0o600 });
  return home;
};
