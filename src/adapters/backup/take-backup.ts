import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { parseInstant } from '../../domain/text/instant.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import { type Contents, contents, contentsFile, format, isPart, isSecret, ledgerFile } from './contents.ts';
import { type BackedUpFolders, homeFiles } from './home-files.ts';
import { diskTrouble } from './unfit.ts';
import { type Part, writeBackup } from './write-backup.ts';

interface Home {
  folders: BackedUpFolders;
  files: Pick<PrivateFiles, 'names' | 'read'>;
  program: string;
  /** Writes the ledger as it is at one instant into this new file; false where there is none. */
  snapshot(to: string): boolean;
  signal: AbortSignal;
}

type HashedPart = Part & { sha256: string };

/** The small files of the home. One that others can read is no secret any more, and copied it would look like one. */
const smallParts = ({ folders, files }: Home): HashedPart[] =>
  homeFiles(folders, files).flatMap(({ path, file }) => {
    const found = isPart(path) && path !== ledgerFile ? files.read(file) : null;
    if (found === null) return [];
    if (isSecret(path) && found.exposed) {
      throw new Failure('CONFIG_INVALID', `${file} can be read by other users of this machine, so nothing was backed up.`, {
        sideEffects: 'none',
        fix: human('Close it if nobody can have read it; else it is no secret any more.', 'doctor', { fix: true }),
        facts: { path: file },
      });
    }
    const sha256 = createHash('sha256').update(found.bytes).digest('hex');
    return [{ path, bytes: found.bytes.length, sha256, contents: () => [found.bytes] }];
  });

const ledgerPart = async (snapshot: string): Promise<HashedPart> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(snapshot), hash);
  const contents = () => createReadStream(snapshot);
  return { path: ledgerFile, bytes: (await stat(snapshot)).size, sha256: hash.digest('hex'), contents };
};

const nothing = (home: string): Failure =>
  new Failure('USAGE', `There is nothing to back up in ${home}: neither a key nor a ledger.`, {
    sideEffects: 'none',
    fix: human('Call it as the user of the safe, or with its ALEPH_AGENT_HOME; a new safe begins with a key.', 'keys create'),
    facts: { home },
  });

/** What a restore would refuse is not written. */
const checked = (made: Contents): Contents => {
  const { error } = contents.safeParse(made);
  if (error === undefined) return made;
  const [issue] = error.issues;
  const at = made.files[Number(issue?.path[1])]?.path ?? 'The home';
  throw new Failure('CONFIG_INVALID', `${at} is too large for a backup: ${issue?.message}.`, {
    sideEffects: 'none',
    fix: human('Look at it: nothing of ours is as large.'),
  });
};

/**
 * Takes a backup of the home as it is. The ledger comes first, because it names nothing that was not there before: whatever comes meanwhile is
 * in the files that are read later. Its snapshot lies in a folder of its own, which is gone afterwards.
 */
export const takeBackup = async (path: string, at: string, home: Home): Promise<{ bytes: number; keys: number }> => {
  const data = dirname(home.folders.ledger);
  const folder = await mkdtemp(join(data, '.backup-')).catch((thrown) => {
    throw thrown.code === 'ENOENT' ? nothing(data) : diskTrouble(data, 'written', thrown);
  });
  try {
    const snapshot = join(folder, ledgerFile);
    const ledger = home.snapshot(snapshot) ? [await ledgerPart(snapshot)] : [];
    const parts = [...smallParts(home), ...ledger];
    const keys = parts.filter((part) => part.path.startsWith('keys/')).length;
    if (keys + ledger.length === 0) throw nothing(data);
    const files = parts.map((part) => ({ path: part.path, bytes: part.bytes, sha256: part.sha256 }));
    const first = Buffer.from(`${JSON.stringify(checked({ format, program: home.program, at, files }))}\n`);
    const all = [{ path: contentsFile, bytes: first.length, contents: () => [first] }, ...parts];
    return { bytes: await writeBackup(path, all, { at: parseInstant(at)!, signal: home.signal }), keys };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
