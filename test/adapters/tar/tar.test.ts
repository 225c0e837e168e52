import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openArchives } from '../../../src/adapters/tar/open-archives.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const archives = openArchives();
const many = 1 << 30;

const collected = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const inChunks = async function* (bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};

const longName = `${'n'.repeat(60)}/${'ö'.repeat(80)}`;

/** A folder with what makes tar difficult: long names, empty files, large ones, modes. */
const tree = (): string => {
  const folder = join(temporaryHome(), 'tree');
  mkdirSync(join(folder, 'n'.repeat(60)), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, longName), 'long');
  writeFileSync(join(folder, 'nothing'), '');
  writeFileSync(join(folder, 'run'), '#!/bin/sh\n');
  chmodSync(join(folder, 'run'), 0o755);
  writeFileSync(join(folder, 'large'), Buffer.alloc(1_000_003, 'abc'));
  writeFileSync(join(folder, 'block'), Buffer.alloc(1024, 'b'));
  return folder;
};

const same = (one: string, other: string): void => {
  expect(spawnSync('diff', ['-r', one, other])).toMatchObject({ status: 0 });
};

const mended = (block: Buffer): Buffer => {
  block.fill(' ', 148, 156);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
};

/** A header as an adversary writes it: any name, any type. */
const header = (name: string, type: string, size: number): Buffer => {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, 'utf8');
  block.write('0000644\0', 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  return mended(block);
};

/** One entry after the other and the archive's end. */
const archiveOf = (...entries: { name: string; type: string; content?: string }[]): Buffer =>
  Buffer.concat([
    ...entries.flatMap(({ name, type, content = '' }) => [
      header(name, type, Buffer.byteLength(content)),
      Buffer.from(content),
      Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512),
    ]),
    Buffer.alloc(1024),
  ]);

/** `LENGTH KEY=VALUE`, where the length counts itself (POSIX pax extended header). */
const record = (key: string, value: string): string => {
  const rest = ` ${key}=${value}\n`;
  const length = [1, 2, 3, 4].map((digits) => rest.length + digits).find((all, at) => String(all).length === at + 1);
  return `${length}${rest}`;
};

const unpackTo = (place: string, bytes: Uint8Array, more: { skipLinks?: boolean; mostBytes?: number; size?: number; root?: string } = {}) =>
  archives.unpack(inChunks(bytes, more.size ?? 700), {
    root: more.root ?? 'r',
    place,
    skipLinks: more.skipLinks ?? false,
    mostBytes: more.mostBytes ?? many,
  });

describe('tar', () => {
  it("packs what the system's tar unpacks", async () => {
    const folder = tree();
    const { bytes, tally, name } = await archives.pack(folder, { root: 'x', skipLinks: false });
    const out = temporaryHome();
    execFileSync('tar', ['-xf', '-', '-C', out], { input: await collected(bytes) });
    same(folder, join(out, 'x'));
    expect(statSync(join(out, 'x', 'run')).mode & 0o777).toBe(0o755);
    expect(statSync(join(out, 'x', 'run')).mtimeMs).toBe(Math.floor(statSync(join(folder, 'run')).mtimeMs / 1000) * 1000);
    expect(name).toBe('tree');
    expect(tally).toEqual({ files: 5, folders: 3, bytes: 1_000_003 + 1024 + 10 + 4, links: 0 });
  });

  it.each(['gnu', 'ustar', 'pax', 'v7'])("unpacks what the system's tar packs as %s, in chunks of any size", async (format) => {
    const folder = tree();
    const exclude = format === 'ustar' || format === 'v7' ? ['--exclude', `${longName.split('/')[1]}`] : [];
    const args = [`--format=${format}`, '-C', join(folder, '..'), ...exclude, '-cf', '-', 'tree'];
    const bytes = execFileSync('tar', args, { maxBuffer: many });
    for (const size of [509, 100_000]) {
      const place = join(temporaryHome(), 'place');
      const unpacked = await unpackTo(place, bytes, { root: 'tree', size });
      expect(unpacked.complete).toBe(true);
      expect(existsSync(place)).toBe(false);
      await unpacked.keep();
      if (exclude.length === 0) same(folder, place);
      else expect(readFileSync(join(place, 'large')).equals(readFileSync(join(folder, 'large')))).toBe(true);
    }
  });

  it('unpacks one file to its place, over one that is there, and never follows a link that is there', async () => {
    const home = temporaryHome();
    const secret = join(home, 'secret');
    writeFileSync(secret, 'kept');
    symlinkSync(secret, join(home, 'place'));
    const unpacked = await unpackTo(join(home, 'place'), archiveOf({ name: 'r', type: '0', content: 'new' }));
    await unpacked.keep();
    expect(readFileSync(secret, 'utf8')).toBe('kept');
    expect(readFileSync(join(home, 'place'), 'utf8')).toBe('new');
    expect(readdirSync(home).sort()).toEqual(['place', 'secret']);
  });
});

describe('what would leave the target is refused, and nothing stays (product.md, conventions.md §3.5)', () => {
  it.each([
    ['a parent', { name: 'r/../../evil', type: '0', content: 'x' }],
    ['an absolute path', { name: '/etc/evil', type: '0', content: 'x' }],
    ['another root', { name: 'other', type: '0', content: 'x' }],
    ['a parent folder', { name: '../r', type: '5' }],
    ['an empty part', { name: 'r//evil', type: '0' }],
    ['a back slash', { name: 'r/..\\evil', type: '0' }],
    ['a symbolic link', { name: 'r', type: '2' }],
    ['a hard link', { name: 'r', type: '1' }],
    ['a device', { name: 'r', type: '3' }],
    ['a pipe', { name: 'r', type: '6' }],
    ['a kind unknown', { name: 'r', type: 'Z' }],
  ])('%s', async (_, entry) => {
    const home = temporaryHome();
    const good = { name: 'r/good', type: '0', content: 'good' };
    await expect(unpackTo(join(home, 'place'), archiveOf(good, entry))).rejects.toMatchObject({
      code: 'COPY_FAILED',
      details: { facts: { reason: 'refused' } },
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it('a path by a pax record', async () => {
    const home = temporaryHome();
    const content = record('path', 'r/../../evil');
    const bytes = archiveOf({ name: 'pax', type: 'x', content }, { name: 'r', type: '0', content: 'x' });
    await expect(unpackTo(join(home, 'place'), bytes)).rejects.toMatchObject({ code: 'COPY_FAILED' });
    expect(readdirSync(home)).toEqual([]);
  });

  it.each([
    [
      'one path twice',
      [
        { name: 'r/a', type: '0' },
        { name: 'r/a', type: '0' },
      ],
    ],
    [
      'a path below a file',
      [
        { name: 'r/a', type: '0' },
        { name: 'r/a/b', type: '0' },
      ],
    ],
  ])('%s', async (_, entries) => {
    const home = temporaryHome();
    await expect(unpackTo(join(home, 'place'), archiveOf(...entries))).rejects.toMatchObject({ code: 'COPY_FAILED' });
    expect(readdirSync(home)).toEqual([]);
  });

  it('more bytes than were asked for, before they are written', async () => {
    const home = temporaryHome();
    const bytes = archiveOf({ name: 'r', type: '0', content: 'x'.repeat(2_000) });
    await expect(unpackTo(join(home, 'place'), bytes, { mostBytes: 1_999 })).rejects.toMatchObject({
      details: { facts: { reason: 'tooLarge' } },
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it('S-06 more than the disk has room for, before it is written', async () => {
    const home = temporaryHome();
    const bytes = archiveOf({ name: 'r', type: '0' });
    bytes.writeUInt8(0x80, 124);
    bytes.fill(0, 125, 136).writeBigUInt64BE(2n ** 52n, 128);
    mended(bytes.subarray(0, 512));
    await expect(unpackTo(join(home, 'place'), bytes, { mostBytes: Number.MAX_SAFE_INTEGER })).rejects.toMatchObject({
      code: 'COPY_FAILED',
      details: { facts: { reason: 'noRoom' } },
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it('S-06 a crowd of empty files, which take a block each', async () => {
    const home = temporaryHome();
    const bytes = archiveOf(...Array.from({ length: 600 }, (_, at) => ({ name: `r/${at}`, type: '0' })));
    await expect(unpackTo(join(home, 'place'), bytes, { mostBytes: 1 << 20 })).rejects.toMatchObject({
      details: { facts: { reason: 'tooLarge' } },
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it('links are left out where that is asked for, and counted', async () => {
    const home = temporaryHome();
    const bytes = archiveOf({ name: 'r/link', type: '2' }, { name: 'r/file', type: '0', content: 'x' });
    const unpacked = await unpackTo(join(home, 'place'), bytes, { skipLinks: true });
    expect(unpacked.tally).toEqual({ files: 1, folders: 0, bytes: 1, links: 1 });
    await unpacked.keep();
    expect(readdirSync(join(home, 'place'))).toEqual(['file']);
  });

  it('an archive that was cut off says so, wherever it was cut', async () => {
    const bytes = archiveOf({ name: 'r/a', type: '0', content: 'x'.repeat(700) }, { name: 'r/b', type: '0', content: 'y' });
    for (const length of [0, 100, 512, 900, 1536, 2000, 2560]) {
      const home = temporaryHome();
      const unpacked = await unpackTo(join(home, 'place'), bytes.subarray(0, length), { size: 1 });
      expect(unpacked.complete).toBe(false);
      await unpacked.discard();
      expect(readdirSync(home)).toEqual([]);
    }
  });

  it('XC-03 any bytes end in a failure or in files below the target', async () => {
    const sound = archiveOf({ name: 'r/a', type: '0', content: 'x'.repeat(600) }, { name: 'r/b', type: '5' });
    const damaged = fc.tuple(fc.nat(sound.length - 1), fc.nat(255), fc.boolean()).map(([at, value, mend]) => {
      const bytes = Buffer.from(sound);
      bytes[at] = value;
      if (mend) for (const start of [0, 1536]) mended(bytes.subarray(start, start + 512));
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 3000 })), async (bytes) => {
        const home = temporaryHome();
        try {
          const unpacked = await unpackTo(join(home, 'place'), bytes);
          await unpacked.discard();
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'COPY_FAILED' });
        }
        expect(readdirSync(home)).toEqual([]);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it.each([
    ['a size in a base that is none', 0, (block: Buffer) => block.fill(0x81, 124, 125)],
    ['a size below nothing', 0, (block: Buffer) => block.fill(0xff, 124, 136)],
    ['a size beyond every file', 0, (block: Buffer) => block.fill(0x7f, 125, 136).fill(0x80, 124, 125)],
    ['a record without a size', 1, (block: Buffer) => block.fill(0x81, 124, 125)],
  ])('%s', async (_, at, spoil) => {
    const home = temporaryHome();
    const bytes = archiveOf({ name: 'r/a', type: '0', content: 'x' }, { name: 'pax', type: 'x', content: record('path', 'r/b') });
    spoil(bytes.subarray(at * 1024, at * 1024 + 512));
    mended(bytes.subarray(at * 1024, at * 1024 + 512));
    await expect(unpackTo(join(home, 'place'), bytes)).rejects.toMatchObject({ code: 'COPY_FAILED' });
    expect(readdirSync(home)).toEqual([]);
  });

  it('what ends the bytes ends the copy, in its own words', async () => {
    const home = temporaryHome();
    const bytes = async function* (): AsyncGenerator<Uint8Array> {
      yield archiveOf({ name: 'r/a', type: '0', content: 'x'.repeat(2000) }).subarray(0, 1500);
      throw new Failure('EXEC_FAILED', 'SSH broke off.');
    };
    const options = { root: 'r', place: join(home, 'place'), skipLinks: false, mostBytes: many };
    await expect(archives.unpack(bytes(), options)).rejects.toMatchObject({ code: 'EXEC_FAILED' });
    expect(readdirSync(home)).toEqual([]);
  });

  it('S-16: records of more than 4 MiB, before they are read', async () => {
    const home = temporaryHome();
    const bytes = Buffer.concat([header('pax', 'x', 5 << 20), Buffer.alloc(1 << 20)]);
    await expect(unpackTo(join(home, 'place'), bytes)).rejects.toMatchObject({ details: { facts: { reason: 'archive' } } });
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('paths of ours', () => {
  it('are refused when they are links, or hold some, unless links are left out', async () => {
    const folder = tree();
    symlinkSync('run', join(folder, 'link'));
    await expect(archives.pack(join(folder, 'link'), { root: 'x', skipLinks: true })).rejects.toMatchObject({ code: 'COPY_FAILED' });
    const refused = await archives.pack(folder, { root: 'x', skipLinks: false });
    await expect(collected(refused.bytes)).rejects.toMatchObject({ code: 'COPY_FAILED' });
    const skipped = await archives.pack(folder, { root: 'x', skipLinks: true });
    await collected(skipped.bytes);
    expect(skipped.tally).toMatchObject({ files: 5, links: 1 });
  });

  it('are let go of when nobody takes the archive to its end', async () => {
    const { bytes, tally } = await archives.pack(tree(), { root: 'x', skipLinks: false });
    for await (const chunk of bytes) if (chunk.length > 10_000) break;
    expect(tally.files).toBeLessThan(5);
  });

  it('that are not there are wrong usage', async () => {
    const home = temporaryHome();
    await expect(archives.pack(join(home, 'nothing'), { root: 'x', skipLinks: false })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(archives.place(join(home, 'no', 'where'), 'n')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(archives.place(join(home, 'new/'), 'n')).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('as cp takes them: into a folder, else under the new name; folders are not merged', async () => {
    const home = temporaryHome();
    mkdirSync(join(home, 'taken'));
    expect(await archives.place(home, 'n')).toBe(join(home, 'n'));
    expect(await archives.place(join(home, 'new'), 'n')).toBe(join(home, 'new'));
    await expect(archives.place(home, 'taken')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
