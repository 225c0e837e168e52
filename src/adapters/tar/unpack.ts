import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { Archives, CopyTally } from '../../ports/host/archives.ts';
import { type Entry, eachEntry } from './entries.ts';
import { pathTrouble } from './path-trouble.ts';
import { requireRoom } from './require-room.ts';

const refused = (entry: Entry, why: string): Failure =>
  new Failure('COPY_FAILED', `The VM sent ${why}; nothing was kept.`, {
    facts: { reason: 'refused', untrustedPath: cleanUntrustedLine(entry.path).slice(0, 200) },
  });

/** The parts below the root; null for what does not lie below it. */
const below = (path: string, root: string): string[] | null => {
  const parts = path.split('/').filter((part, at, all) => !(part === '' && at === all.length - 1) && !(part === '.' && at === 0));
  const sound = parts[0] === root && parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\0\\]/.test(part));
  return sound ? parts.slice(1) : null;
};

/** A new file: one path twice, or below a file, is no archive of a folder. */
const make = async (entry: Entry, path: string): Promise<FileHandle> => {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    return await open(path, 'wx', (entry.mode & 0o755) | 0o600);
  } catch (thrown) {
    const twice = ['EEXIST', 'ENOTDIR', 'EISDIR'].includes((thrown as NodeJS.ErrnoException).code ?? '');
    throw twice ? refused(entry, 'one path twice') : thrown;
  }
};

/** Each entry takes at least a block of the disk, however little is in it; a few of them count for nothing. */
const blockBytes = 4_096;
const fewEntries = 256;
/** So much of a file is written before the disk is looked at again. */
const lookEveryBytes = 16 * 1_048_576;

/** As `Archives.unpack` says. Everything is made anew in a folder of our own, so that no link that was there is ever followed. */
export const unpack: Archives['unpack'] = async (bytes, { root, place, skipLinks, mostBytes }) => {
  const stage = join(dirname(place), `.aleph-agent-${randomBytes(6).toString('hex')}`);
  const discard = (): Promise<void> => rm(stage, { recursive: true, force: true });
  const tally: CopyTally = { files: 0, folders: 0, bytes: 0, links: 0 };

  const take = async (size: number): Promise<void> => {
    const entries = Math.max(0, tally.files + tally.folders - fewEntries);
    if (tally.bytes + size > mostBytes || entries * blockBytes > mostBytes) {
      throw new Failure('COPY_FAILED', `The VM sent more than ${Math.floor(mostBytes / 1_048_576)} MiB (--max-mib); nothing was kept.`, {
        facts: { reason: 'tooLarge' },
      });
    }
    await requireRoom(dirname(place), size);
  };

  const visit = async (entry: Entry, contents: AsyncIterable<Uint8Array>): Promise<void> => {
    if (entry.kind === 'special') throw refused(entry, 'a device or pipe');
    const parts = below(entry.path, root);
    if (parts === null) throw refused(entry, 'a path that leaves the target');
    if (entry.kind === 'link') {
      if (!skipLinks) throw refused(entry, 'a link (--skip-links leaves links out)');
      tally.links += 1;
      return;
    }
    await take(entry.size);
    const path = join(stage, 'root', ...parts);
    if (entry.kind === 'folder') {
      await mkdir(path, { recursive: true, mode: 0o755 });
      tally.folders += 1;
      return;
    }
    const file = await make(entry, path);
    try {
      tally.bytes += entry.size;
      tally.files += 1;
      let unlooked = 0;
      for await (const chunk of contents) {
        unlooked += chunk.length;
        if (unlooked > lookEveryBytes) {
          await requireRoom(dirname(place), unlooked);
          unlooked = 0;
        }
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
  };

  try {
    await requireRoom(dirname(place), 0);
    await mkdir(stage, { mode: 0o700 });
    const complete = (await eachEntry(bytes, visit)) && tally.files + tally.folders > 0;
    const keep = async (): Promise<void> => {
      const there = await lstat(place).catch(() => null);
      const made = await lstat(join(stage, 'root'));
      if (there !== null && (there.isDirectory() || made.isDirectory())) {
        throw new Failure('COPY_FAILED', `"${place}" is there already, and folders are not merged: name another target.`, {
          facts: { reason: 'exists' },
        });
      }
      await rename(join(stage, 'root'), place).catch((thrown) => Promise.reject(pathTrouble(place, 'written', thrown)));
      await discard();
    };
    return { tally, complete, keep, discard };
  } catch (thrown) {
    await discard();
    throw pathTrouble(place, 'written', thrown);
  }
};
