import { Buffer } from 'node:buffer';
import { Failure } from '../../domain/failure/failure.ts';
import { blockBytes, padding, readBlock } from './block.ts';
import type { ByteSource } from './byte-source.ts';
import { readPax } from './pax-records.ts';

export interface Entry {
  kind: 'file' | 'folder' | 'link' | 'special';
  /** As the archive has it: not trusted. */
  path: string;
  mode: number;
  size: number;
}

/** Names longer than any path may be are an attack on memory. */
const longestRecords = 64 * 1024;
const mostEntries = 200_000;

const kinds: Readonly<Record<string, Entry['kind']>> = { 0: 'file', 7: 'file', 5: 'folder', 1: 'link', 2: 'link' };

const broken = (what: string): Failure =>
  new Failure('COPY_FAILED', `What the VM sent is no tar archive that can be read: ${what}.`, { facts: { reason: 'archive' } });

/**
 * Reads an archive entry by entry. `visit` reads the contents of a file from the source, all `size` bytes of them. True when the
 * archive came to its end, false when it was cut off.
 */
export const eachEntry = async (source: ByteSource, visit: (entry: Entry) => Promise<boolean>): Promise<boolean> => {
  let said: Record<string, string> = {};
  for (let count = 0; count < mostEntries; ) {
    const bytes = await source.take(blockBytes);
    if (bytes === null) return false;
    if (bytes.every((byte) => byte === 0)) {
      await source.drain();
      return true;
    }
    const block = readBlock(bytes);
    if (block === null) throw broken('a header is damaged');
    if ('xgLK'.includes(block.type)) {
      if (block.size > longestRecords) throw broken('a name is too long');
      const records = await source.take(block.size + padding(block.size).length);
      if (records === null) return false;
      said = { ...said, ...recordsOf(block.type, records.subarray(0, block.size)) };
      continue;
    }
    const size = said['size'] === undefined ? block.size : Number(said['size']);
    if (!Number.isSafeInteger(size) || size < 0) throw broken('a size is none');
    const kind = kinds[block.type] ?? 'special';
    const entry = { kind, path: said['path'] ?? block.name, mode: block.mode, size: kind === 'file' ? size : 0 };
    said = {};
    count += 1;
    if (!(await visit(entry))) return false;
    if ((await source.take(padding(entry.size).length)) === null) return false;
  }
  throw broken(`it has more than ${mostEntries} entries`);
};

const recordsOf = (type: string, bytes: Uint8Array): Record<string, string> => {
  if (type === 'x') {
    const records = readPax(bytes);
    if (records === null) throw broken('a record is damaged');
    return records;
  }
  return type === 'L' ? { path: Buffer.from(bytes).toString('utf8').replace(/\0.*$/s, '') } : {};
};
