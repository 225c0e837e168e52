import { createHash } from 'node:crypto';
import { existsSync, linkSync, renameSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import { type BackedUpFolders, homeFiles, placeOf } from './home-files.ts';
import type { ReadBackup } from './read-backup.ts';

interface Restoring {
  folders: BackedUpFolders;
  files: Pick<PrivateFiles, 'names' | 'read' | 'create'>;
}

interface Keeping extends Restoring {
  /** As `sealLedger`. */
  seal(path: string): void;
}

/** How the folders begin in which restores unpack, beside the ledger. */
export const stagePrefix = '.restore-';

const codeOf = (thrown: unknown): string => (thrown as NodeJS.ErrnoException).code ?? '';

const elsewhere = 'Name another home by ALEPH_AGENT_HOME: a folder that is empty or not there yet. Nothing that exists is ever replaced.';

const inUse = (home: string, found: readonly string[], fix = elsewhere): Failure =>
  new Failure('USAGE', `The home ${home} is not empty: it has ${found.slice(0, 5).join(', ')}${found.length > 5 ? ' and more' : ''}.`, {
    sideEffects: 'none',
    fix: human(fix),
    facts: { home, found: found.slice(0, 5) },
  });

/** All but the ledger is of this backup: an earlier restore of it may have come to its end and died before it could say so. */
const perhapsDone = `Where an earlier restore of this file was here, it is complete, every agent suspended: see agents ls. Else: ${elsewhere}`;

/**
 * Refuses a home that has anything which is not of this very backup: `USAGE`. What a restore that died left behind is, byte for byte, and its
 * ledger is not there yet; so the next one goes on where it ended.
 */
export const requireFit = ({ folders, files }: Restoring, { files: promised }: Pick<ReadBackup, 'files'>): void => {
  const hashes = new Map(promised.map(({ path, sha256 }) => [path, sha256]));
  const isLedger = (file: string): boolean => file.startsWith(folders.ledger);
  const isSame = ({ path, file }: { path: string; file: string }): boolean => {
    const found = isLedger(file) ? null : files.read(file);
    return found !== null && createHash('sha256').update(found.bytes).digest('hex') === hashes.get(path);
  };
  const here = homeFiles(folders, files);
  const others = here.filter((each) => !isSame(each)).map(({ file }) => file);
  if (others.length === 0) return;
  const fix = others.every(isLedger) && others.length < here.length ? perhapsDone : elsewhere;
  throw inUse(dirname(folders.ledger), others, fix);
};

/** A name is on disk once its folder is; some file systems sync no folder, and nothing more can be done there. */
const syncFolders = async (paths: readonly string[]): Promise<void> => {
  for (const path of new Set(paths)) {
    const folder = await open(path, 'r').catch(() => null);
    await folder?.sync().catch(() => undefined);
    await folder?.close();
  }
};

/** A link replaces nothing; where the disk has none the place is looked at before. */
const moveLedger = (from: string, to: string): void => {
  try {
    linkSync(from, to);
  } catch (thrown) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(thrown)) || existsSync(to)) {
      throw ['EEXIST', 'ENOENT'].includes(codeOf(thrown)) || existsSync(to) ? inUse(dirname(to), [to]) : thrown;
    }
    renameSync(from, to);
  }
};

/**
 * Puts a backup into its home: each file is there whole or not at all, and the ledger, which is what lets anybody in, comes when all others are on
 * disk. What earlier restores left beside it goes away then: none of them can come to an end any more.
 */
export const keepBackup = async (home: Keeping, backup: ReadBackup, ledger: string | null): Promise<void> => {
  const { folders, files } = home;
  requireFit(home, backup);
  if (ledger !== null) home.seal(ledger);
  for (const [path, bytes] of backup.small) files.create(placeOf(folders, path), bytes);
  // who was there first may have been somebody else
  requireFit(home, backup);
  await syncFolders([...backup.small.keys()].map((path) => dirname(placeOf(folders, path))));
  const data = dirname(folders.ledger);
  if (ledger !== null) moveLedger(ledger, folders.ledger);
  await syncFolders([data]);
  for (const name of await readdir(data)) {
    if (name.startsWith(stagePrefix)) await rm(join(data, name), { recursive: true, force: true });
  }
};
