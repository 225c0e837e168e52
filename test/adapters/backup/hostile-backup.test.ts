import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import tar, { type Headers } from 'tar-stream';
import { describe, expect, it, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { knownFailure } from '../../../src/domain/failure/known-failure.ts';
import { at, backupsAt, filesIn, smallHome } from '../../support/backups-at.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

type Entry = Partial<Headers> & { name: string; text?: string };

const promise = ({ name: path, text = '' }: Entry) => ({
  path,
  bytes: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
});

const key: Entry = { name: 'keys/dev.json', text: '{}' };
const settings: Entry = { name: 'settings.json', text: '{"a":1}' };

/** A file with a first entry that says this, and then these. */
const archive = async (says: object | string, entries: readonly Entry[]): Promise<string> => {
  const pack = tar.pack();
  const first = { name: 'backup.json', text: typeof says === 'string' ? says : JSON.stringify(says) };
  for (const { text = '', ...header } of [first, ...entries]) pack.entry({ mode: 0o600, ...header }, text);
  pack.finalize();
  const file = join(temporaryHome(), 'b.tar');
  writeFileSync(file, await buffer(pack), { mode: 0o600 });
  return file;
};

/** What `serve backup` would say of these. */
const saying = (files: readonly Entry[], more: object = {}) => ({ format: 1, program: '1.2.0', at, files: files.map(promise), ...more });

/** How a restore of it into a home that is not there yet is refused; nothing may come of it. */
const refusal = async (file: string, manner: Parameters<typeof backupsAt>[1] = {}) => {
  const to = join(temporaryHome(), 'home');
  const failure = await failureOf(backupsAt(to, manner).unpack(file));
  expect(existsSync(to)).toBe(false);
  expect(failure.details.sideEffects).toBe('none');
  return failure;
};

test('an archive as serve backup writes it is taken, whoever packed it', async () => {
  const to = join(temporaryHome(), 'home');
  await (await backupsAt(to).unpack(await archive(saying([key, settings]), [settings, key]))).keep();
  expect(filesIn(to)).toEqual(['keys/dev.json', 'settings.json']);
});

describe('an archive that is anything else changes nothing', () => {
  it.each<[string, Entry[], Entry[], RegExp]>([
    ['a link to elsewhere', [key], [{ ...key, text: '', type: 'symlink', linkname: '/etc/passwd' }], /is no plain file/],
    ['a hard link', [key], [{ ...key, text: '', type: 'link', linkname: '/etc/passwd' }], /is no plain file/],
    ['a device', [key], [{ ...key, text: '', type: 'character-device' }], /is no plain file/],
    ['a pipe', [key], [{ ...key, text: '', type: 'fifo' }], /is no plain file/],
    ['a folder', [key], [key, { name: 'keys/', type: 'directory' }], /is no plain file/],
    ['a file that is not promised', [key], [key, settings], /has "settings.json", which/],
    ['a file twice', [key], [key, key], /has "keys\/dev.json", which/],
    ['its first entry twice', [key], [{ name: 'backup.json', text: '{}' }, key], /has "backup.json", which/],
    ['a file too few', [key, settings], [key], /"settings.json" is missing/],
    ['a longer file', [key], [{ ...key, text: '{} ' }], /has 3 bytes, and was written with 2/],
    ['another file', [key], [{ ...key, text: '[]' }], /is not what was written/],
  ])('%s', async (_what, promised, entries, why) => {
    expect(await refusal(await archive(saying(promised), entries))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(why),
    });
  });

  it.each([
    ...[
      '../keys/dev.json',
      '/etc/aleph-agent/policy.json',
      'keys/../../x.json',
      'keys/..json',
      'keys/a/b.json',
      'keys/Dev.json',
      'keys/dev.json\n',
    ],
    ...['joined.json', 'safe/address.json', 'ledger.sqlite-wal', 'ssh/config', 'ssh/known_hosts/../x', 'cache/x', 'clients.json', '', '.'],
  ])('the promise of a file %j', async (name) => {
    const odd = { name, text: '{}' };
    const failure = await refusal(await archive(saying([key, odd]), [key, odd]));
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/files\.1\.path: /) });
  });

  it.each<[string, object | string, RegExp]>([
    ['a newer format', saying([key], { format: 2, program: '9.1.0', more: true }), /has format 2, and this version knows 1/],
    ['another program', saying([key], { program: 'x'.repeat(50) }), /no backup of aleph-agent/],
    ['no JSON', 'a person’s own notes', /no backup of aleph-agent/],
    ['no time', saying([key], { at: 'yesterday' }), /at: /],
    ['a path twice', saying([key, key]), /files: each file once/],
    ['a huge file', saying([key], { files: [{ ...promise(key), bytes: 1_048_577 }] }), /files\.0: at most 1048576 bytes/],
    ['a size that is none', saying([key], { files: [{ ...promise(key), bytes: -1 }] }), /files\.0\.bytes/],
    [
      'very much',
      saying([], { files: Array.from({ length: 65 }, (_, n) => ({ ...promise(key), path: `keys/k${n}.json`, bytes: 1_048_576 })) }),
      /at most 67108864 bytes beside the ledger/,
    ],
    ['very many', saying(Array.from({ length: 10_001 }, (_, n) => ({ name: `keys/k${n}.json` }))), /files: Too big/],
    ['a first entry without end', ' '.repeat(4_194_305), /no backup of aleph-agent/],
  ])('%s', async (_what, says, why) => {
    const failure = await refusal(await archive(says, [key]));
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(why) });
    if (/format/.test(String(why))) expect(failure.details.fix?.text).toBe('Use aleph-agent 9.1.0 or newer, which wrote it.');
  });

  it('a ledger that is none', async () => {
    const ledger = { name: 'ledger.sqlite', text: 'SQLite format 3\0 and then something else'.padEnd(4096, '.') };
    expect(await refusal(await archive(saying([ledger]), [ledger]))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/is no ledger/),
    });
  });

  it('an archive of another program, an empty file, a folder, a pipe, nothing', async () => {
    const folder = temporaryHome();
    const file = join(folder, 'b.tar');
    execFileSync('tar', ['-cf', file, '-C', smallHome(), '.']);
    writeFileSync(join(folder, 'empty'), '');
    for (const path of [file, join(folder, 'empty')]) {
      chmodSync(path, 0o600);
      expect((await refusal(path)).code).toBe('CONFIG_INVALID');
    }
    mkdirSync(join(folder, 'folder'));
    for (const path of [join(folder, 'folder'), join(folder, 'nothing'), '-', 'a\0b']) expect((await refusal(path)).code).toBe('USAGE');
  });

  it('a file that others can read or write, or that is another user’s', async () => {
    const file = await archive(saying([key]), [key]);
    for (const mode of [0o640, 0o604, 0o620, 0o602]) {
      chmodSync(file, mode);
      expect(await refusal(file)).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`(mode 0${mode.toString(8)})`),
      });
    }
    chmodSync(file, 0o600);
    expect((await refusal(file, { user: 12_345 })).message).toMatch('it belongs to another user');
  });

  it('one that was cut anywhere, or in which any byte is another one', async () => {
    const from = smallHome();
    const file = join(from, '..', 'b.tar');
    await backupsAt(from).write(file, at);
    const bytes = readFileSync(file);
    const spoilt = join(from, '..', 'spoilt.tar');
    const restored = async (text: Uint8Array): Promise<string> => {
      writeFileSync(spoilt, text, { mode: 0o600 });
      const to = join(temporaryHome(), 'home');
      const outcome = await backupsAt(to)
        .unpack(spoilt)
        .then((unpacked) => unpacked.keep())
        .then(() => 'restored', knownFailure);
      const same = (path: string): boolean => readFileSync(join(to, path)).equals(readFileSync(join(from, path)));
      if (outcome === 'restored') expect(filesIn(from).every(same)).toBe(true);
      else expect(existsSync(to)).toBe(false);
      return outcome instanceof Failure ? outcome.code : outcome;
    };
    // two empty blocks say that it is over: without them nothing is lost
    for (let length = 0; length < bytes.length - 1024; length += 97)
      expect([length, await restored(bytes.subarray(0, length))]).toEqual([length, 'CONFIG_INVALID']);
    for (let index = 0; index < bytes.length; index += 13) {
      const other = Buffer.from(bytes);
      other[index]! ^= 0x11;
      expect(['restored', 'CONFIG_INVALID']).toContain(await restored(other));
    }
  });
});
