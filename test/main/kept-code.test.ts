import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/temporary-home.ts';

/** A program as the build writes one: its digest first, then an expression whose functions are compiled when called. */
const written = (answer = 42) => {
  const home = temporaryHome();
  const filler = Array.from({ length: 800 }, (_, nth) => `f${nth}(x){return x+${nth}+"${'-'.repeat(20)}"}`).join(',');
  const code = `"use strict";({answer(){return ${answer}},${filler}});\n`;
  const filename = join(home, 'program.js');
  writeFileSync(filename, `/*${createHash('sha256').update(code).digest('hex').slice(0, 32)}*/${code}`);
  const folder = join(home, 'cache', 'compiled');
  return { home, filename, folder };
};

const place = mkdtempSync(join(tmpdir(), 'aleph-agent-kept-'));
const runner = join(place, 'run.cjs');
const running = `
const { evaluateKept } = require('./kept-code.cjs');
const [filename, folder, parts, what] = process.argv.slice(2);
const { value, keep } = evaluateKept(filename, folder || null);
const answer = value.answer();
if (what === 'all') for (const each of Object.values(value)) each.call(value);
keep(JSON.parse(parts), what !== 'short');
process.stdout.write(String(answer));
`;

beforeAll(async () => {
  const entryPoints = ['src/main/kept-code.ts'];
  await build({ entryPoints, bundle: true, platform: 'node', format: 'cjs', outfile: join(place, 'kept-code.cjs'), logLevel: 'silent' });
  writeFileSync(runner, running);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/**
 * One process that takes these parts, as a short call, a long one, or a long one that calls every function: what the program answered,
 * and which files are kept after it. (Within one process V8 remembers what it compiled by itself.)
 */
const run = (
  { filename, folder }: { filename: string; folder: string },
  parts: readonly string[] = [],
  what: 'short' | 'long' | 'all' = 'short',
) => {
  const words = [runner, filename, folder, JSON.stringify(parts), what];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { env: {}, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const names = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
  const path = join(folder, names[0] ?? '');
  return { answer: Number(stdout), names, path, changed: names.length === 0 ? null : statSync(path, { bigint: true }).ctimeNs };
};

/**
 * A kept file as somebody would put it there: compiled from a text that answers 13 and has the same length, which is all that V8 compares,
 * under the name of this one.
 */
const forged = () => {
  const [setup, other] = [written(42), written(13)];
  const { names, path } = run(setup);
  const [own = ''] = names;
  const theirs = run(other);
  const text = readFileSync(theirs.path, 'latin1').replaceAll(theirs.names[0] ?? '', own);
  writeFileSync(path, text, 'latin1');
  return { setup, path };
};

/** The next run takes none of it and makes it anew; the one after that takes what it made. */
const expectMadeAnew = ({ setup, path }: ReturnType<typeof forged>): void => {
  const before = statSync(path, { bigint: true }).ctimeNs;
  const again = run(setup);
  expect(again.answer).toBe(42);
  expect(again.changed).not.toBe(before);
  expect(again.names).toHaveLength(1);
  expect(run(setup)).toEqual(again);
};

describe('compiled code that is kept', () => {
  it('is made by the first run, closed to others, and taken by the next', () => {
    const setup = written();
    const first = run(setup);
    expect(first.names).toEqual([expect.stringMatching(/^[0-9a-f]{32}-.+$/)]);
    expect(first.names[0]).toContain(process.versions.v8);
    expect(statSync(first.path).mode & 0o777).toBe(0o600);
    expect(statSync(setup.folder).mode & 0o777).toBe(0o700);
    expect(run(setup)).toEqual(first);
  });

  it('is run as it stands where only this user can have written it: what the rules below are for', () => {
    expect(run(forged().setup).answer).toBe(13);
  });

  it('is made anew where a part was taken that it does not know, and knows the old ones still', () => {
    const setup = written();
    const first = run(setup, ['./a.js']);
    const second = run(setup, ['./b.js']);
    expect(second.changed).not.toBe(first.changed);
    expect(run(setup, ['./a.js', './b.js'])).toEqual(second);
  });

  it('grows with a long call that compiled clearly more, looked for once in a while', () => {
    const setup = written();
    const first = run(setup);
    expect(run(setup, [], 'all')).toEqual(first);
    const before = new Date(Date.now() - 3_600_000);
    const size = (): number => statSync(first.path).size;
    const least = size();
    utimesSync(first.path, before, before);
    // nothing more was compiled: it is only noted that somebody looked
    run(setup, [], 'long');
    expect(size()).toBe(least);
    expect(statSync(first.path).mtimeMs).toBeGreaterThan(before.getTime());
    utimesSync(first.path, before, before);
    run(setup, [], 'all');
    expect(size()).toBeGreaterThan(least * 1.1);
  });

  it('is of one program alone: another text of the same length does not take it', () => {
    const [setup, other] = [written(42), written(43)];
    const first = run(setup);
    const second = run({ ...other, folder: setup.folder });
    expect(second.answer).toBe(43);
    expect(second.names).toHaveLength(2);
    // under the other's name it says whose it is
    const [mine = '', others = ''] = [first.names[0], second.names.find((name) => name !== first.names[0])];
    renameSync(join(setup.folder, mine), join(setup.folder, others));
    expect(run({ ...other, folder: setup.folder }).answer).toBe(43);
  });

  it.each<[string, (path: string) => void]>([
    ['cut off', (path) => truncateSync(path, 1000)],
    ['empty', (path) => truncateSync(path, 0)],
    [
      'damaged in one place',
      (path) => {
        const bytes = readFileSync(path);
        bytes[1000] = (bytes[1000] ?? 0) ^ 0x40;
        writeFileSync(path, bytes);
      },
    ],
    [
      'made by another V8',
      (path) => {
        const bytes = readFileSync(path);
        // V8's own mark of its version stands behind four bytes, in both halves
        for (const at of [4, bytes.length / 2 + 4]) bytes.writeUInt32LE(bytes.readUInt32LE(at) ^ 1, at);
        writeFileSync(path, bytes);
      },
    ],
    ['writable by the group', (path) => chmodSync(path, 0o620)],
    ['readable by others', (path) => chmodSync(path, 0o604)],
    ['known under a second name elsewhere', (path) => linkSync(path, join(path, '../../second'))],
    [
      'a link',
      (path) => {
        renameSync(path, join(path, '../../elsewhere'));
        symlinkSync(join(path, '../../elsewhere'), path);
      },
    ],
  ])('is made anew where it is %s', (_, spoil) => {
    const kept = forged();
    spoil(kept.path);
    expectMadeAnew(kept);
  });

  it.runIf(process.getuid?.() === 0)("is made anew where it is somebody else's", () => {
    const kept = forged();
    chownSync(kept.path, 12_345, 12_345);
    expectMadeAnew(kept);
  });

  it.each<[string, (folder: string) => void]>([
    ['open to its group', (folder) => chmodSync(folder, 0o770)],
    [
      'a link',
      (folder) => {
        renameSync(folder, `${folder}-elsewhere`);
        symlinkSync(`${folder}-elsewhere`, folder);
      },
    ],
  ])('is neither taken nor made in a folder that is %s', (_, spoil) => {
    const { setup, path } = forged();
    const changed = statSync(path, { bigint: true }).ctimeNs;
    spoil(setup.folder);
    expect(run(setup, ['./new.js'])).toMatchObject({ answer: 42, changed });
  });

  it.runIf(process.getuid?.() === 0)("is neither taken nor made in somebody else's folder", () => {
    const { setup, path } = forged();
    const changed = statSync(path, { bigint: true }).ctimeNs;
    chownSync(setup.folder, 12_345, 12_345);
    expect(run(setup, ['./new.js'])).toMatchObject({ answer: 42, changed });
  });

  it.runIf(process.getuid?.() === 0)("is not made below somebody else's folder", () => {
    const setup = written();
    chownSync(setup.home, 12_345, 12_345);
    expect(run(setup)).toMatchObject({ answer: 42, names: [] });
    expect(readdirSync(setup.home)).toEqual(['program.js']);
  });

  it('is done without where nothing can be written', () => {
    const setup = written();
    writeFileSync(join(setup.home, 'cache'), 'a file where the folder would be');
    expect(run(setup)).toMatchObject({ answer: 42, names: [] });
    expect(run({ ...setup, folder: '' })).toMatchObject({ answer: 42 });
  });

  it('leaves as many files as are of use', () => {
    const setup = written();
    mkdirSync(setup.folder, { recursive: true, mode: 0o700 });
    const long = new Date(0);
    for (let number = 0; number < 100; number++) {
      writeFileSync(join(setup.folder, `${number}`), '');
      utimesSync(join(setup.folder, `${number}`), long, long);
    }
    const { names } = run(setup);
    expect(names).toHaveLength(60);
    expect(names).toEqual(expect.arrayContaining([expect.stringContaining(process.versions.v8)]));
  });
});
