import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import tar, { type Pack } from 'tar-stream';
import { Failure } from '../../domain/failure/failure.ts';
import type { Archives, CopyTally } from '../../ports/host/archives.ts';
import { pathTrouble } from './path-trouble.ts';

const chunkBytes = 256 * 1024;
/** The last second that tar-stream writes as it is. */
const lastSecond = 2 ** 31 - 1;

const refused = (message: string, reason: 'refused' | 'changed'): Failure => new Failure('COPY_FAILED', message, { facts: { reason } });

const writable = <Time extends { getTime(): number; setTime(ms: number): number }>(time: Time): Time => {
  time.setTime(1000 * Math.min(lastSecond, Math.max(0, Math.floor(time.getTime() / 1000))));
  return time;
};

/** As `Archives.pack` says. A file that shrinks while it is read ends the copy. */
export const pack: Archives['pack'] = async (path, { root, skipLinks }) => {
  const tally: CopyTally = { files: 0, folders: 0, bytes: 0, links: 0 };
  const first = await lstat(path).catch((thrown) => Promise.reject(pathTrouble(path, 'read', thrown)));
  if (first.isSymbolicLink()) throw refused(`"${path}" is a link; name what it leads to.`, 'refused');

  const walk = async (archive: Pack, from: string, name: string): Promise<void> => {
    const found = await lstat(from);
    if (found.isSymbolicLink() && skipLinks) {
      tally.links += 1;
    } else if (found.isDirectory()) {
      tally.folders += 1;
      archive.entry({ name: `${name}/`, type: 'directory', mode: found.mode & 0o777, mtime: writable(found.mtime) });
      for (const member of (await readdir(from)).sort()) await walk(archive, join(from, member), `${name}/${member}`);
    } else if (found.isFile()) {
      await addFile(archive, from, name);
    } else {
      const what = found.isSymbolicLink() ? 'a link (--skip-links leaves links out)' : 'neither file nor folder';
      throw refused(`"${from}" is ${what}; nothing was copied.`, 'refused');
    }
  };

  const addFile = async (archive: Pack, from: string, name: string): Promise<void> => {
    const file = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size, mode, mtime } = await file.stat();
      const entry = archive.entry({ name, type: 'file', mode: mode & 0o777, size, mtime: writable(mtime) });
      await pipeline(contentsOf(file, size, from), entry);
      tally.files += 1;
      tally.bytes += size;
    } finally {
      await file.close();
    }
  };

  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    const archive = tar.pack();
    const walked = walk(archive, path, root).then(
      () => archive.finalize(),
      (thrown) => archive.destroy(thrown),
    );
    try {
      yield* archive;
    } catch (thrown) {
      throw pathTrouble(path, 'read', thrown);
    } finally {
      archive.destroy();
      await walked;
    }
  };
  return { name: basename(resolve(path)), tally, bytes: bytes() };
};

/** The first `size` bytes: what the file had when its header was written. */
const contentsOf = async function* (file: FileHandle, size: number, from: string): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(left, chunkBytes)));
    if (bytesRead === 0) throw refused(`"${from}" became shorter while it was read.`, 'changed');
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
};
