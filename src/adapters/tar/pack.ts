import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import type { Archives, CopyTally } from '../../ports/host/archives.ts';
import { blockBytes, padding, writeBlock } from './block.ts';
import { pathTrouble } from './path-trouble.ts';
import { writePax } from './pax-records.ts';

const longestName = 100;
const chunkBytes = 256 * 1024;
const largestSize = 0o77777777777;

/** As `Archives.pack` says. A file that shrinks while it is read ends the copy. */
export const pack: Archives['pack'] = async (path, { root, skipLinks }) => {
  const tally: CopyTally = { files: 0, folders: 0, bytes: 0, links: 0 };
  const first = await lstat(path).catch((thrown) => Promise.reject(pathTrouble(path, 'read', thrown)));
  if (first.isSymbolicLink())
    throw new Failure('COPY_FAILED', `"${path}" is a link; name what it leads to.`, { facts: { reason: 'refused' } });

  const walk = async function* (from: string, name: string): AsyncGenerator<Uint8Array> {
    const found = await lstat(from);
    if (found.isSymbolicLink() && skipLinks) {
      tally.links += 1;
    } else if (found.isDirectory()) {
      tally.folders += 1;
      yield header({ name: `${name}/`, mode: found.mode, size: 0, type: '5', modified: found.mtimeMs / 1000 });
      for (const member of (await readdir(from)).sort()) yield* walk(join(from, member), `${name}/${member}`);
    } else if (found.isFile()) {
      yield* fileOf(from, name);
    } else {
      const what = found.isSymbolicLink() ? 'a link (--skip-links leaves links out)' : 'neither file nor folder';
      throw new Failure('COPY_FAILED', `"${from}" is ${what}; nothing was copied.`, { facts: { reason: 'refused' } });
    }
  };

  const fileOf = async function* (from: string, name: string): AsyncGenerator<Uint8Array> {
    const file = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size, mode, mtimeMs } = await file.stat();
      yield header({ name, mode, size, type: '0', modified: mtimeMs / 1000 });
      let left = size;
      while (left > 0) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(left, chunkBytes)));
        if (bytesRead === 0) break;
        left -= bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      if (left > 0) throw new Failure('COPY_FAILED', `"${from}" became shorter while it was read.`, { facts: { reason: 'changed' } });
      yield padding(size);
      tally.files += 1;
      tally.bytes += size;
    } finally {
      await file.close();
    }
  };

  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* walk(path, root);
      yield new Uint8Array(2 * blockBytes);
    } catch (thrown) {
      throw pathTrouble(path, 'read', thrown);
    }
  };
  return { name: basename(resolve(path)), tally, bytes: bytes() };
};

/** Long names and large files are told in a record of their own before the header. */
const header = (block: Parameters<typeof writeBlock>[0]): Uint8Array => {
  const records = {
    ...(Buffer.byteLength(block.name) > longestName ? { path: block.name } : {}),
    ...(block.size > largestSize ? { size: String(block.size) } : {}),
  };
  if (Object.keys(records).length === 0) return writeBlock(block);
  const told = writePax(records);
  const short = { ...block, name: 'long', size: Math.min(block.size, largestSize) };
  return Buffer.concat([
    writeBlock({ name: 'pax', mode: 0o644, size: told.length, type: 'x', modified: 0 }),
    told,
    padding(told.length),
    writeBlock(short),
  ]);
};
