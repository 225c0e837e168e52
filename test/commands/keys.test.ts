import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { namedFiles } from '../../src/adapters/host/named-files.ts';
import { openSecrets } from '../../src/adapters/host/read-secret.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import { type CliRun, cli } from '../support/cli-world.ts';
import { keystoreAt } from '../support/keystore-at.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const planted = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const address = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b';

/** Runs a line in this home, with the real keystore. */
const keysIn = (home: string, given: { network?: string; stdin?: string; written?: (text: string) => string } = {}) => {
  return async (line: string): Promise<CliRun> => {
    const stdin = Readable.from([Buffer.from(given.stdin ?? '')]);
    const { keys, settings } = keystoreAt(home);
    const files = namedFiles({ stdin });
    const create: typeof files.create = (path, text) => files.create(path, given.written?.(text) ?? text);
    const run = await cli(line, {
      context: {
        clock: { now: () => Date.UTC(2026, 10, 20), wait: async () => undefined },
        network: given.network ?? 'mainnet',
        keys,
        settings,
        host: { files: { ...files, create } } as ChangeContext['host'],
        secrets: openSecrets({ stdin, ask: null, source: /--passphrase-file (\S+)/.exec(line)?.[1] ?? null, warn: () => undefined }),
      },
    });
    expect(run.stdout + run.stderr).not.toContain(planted.slice(2));
    return run;
  };
};

const passphraseIn = (home: string, text: string): string => {
  const path = join(home, 'passphrase');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};

describe('keys create', () => {
  it('makes the key of the network and says what becomes public', async () => {
    const home = temporaryHome();
    const run = (await keysIn(home)('keys create --unencrypted --json')).json();
    expect(run).toMatchObject({ ok: true, schema: 'keys.create@1', data: { name: 'main', network: 'mainnet', kind: 'hot', inUse: true } });
    expect(run['warnings']).toEqual([{ code: 'PUBLIC_FOR_EVER', message: expect.stringContaining(String(run.data['address'])) }]);
    const other = (await keysIn(home, { network: 'devnet' })('keys create --unencrypted --json')).json();
    expect(other.data).toMatchObject({ name: 'devnet', network: 'devnet', inUse: true });
  });

  it('locks it with the passphrase of a file', async () => {
    const home = temporaryHome();
    const run = await keysIn(home)(`keys create safe --passphrase-file ${passphraseIn(home, 'open sesame\n')} --json`);
    expect(run.json().data).toMatchObject({ name: 'safe', kind: 'keystore', file: expect.stringMatching(/keys\/safe\.json$/) });
    expect(run.json()['warnings']).toContainEqual({ code: 'PASSPHRASE_WEAK', message: expect.stringContaining('random words') });
    const strong = await keysIn(home)(`keys create other --passphrase-file ${passphraseIn(home, 'otter glacier tulip anvil\n')} --json`);
    expect(strong.json()['warnings']).not.toContainEqual(expect.objectContaining({ code: 'PASSPHRASE_WEAK' }));
    expect((await keystoreAt(home, { passphrase: 'open sesame' }).keys.signer('safe', 'mainnet')).address).toBe(run.json().data['address']);
  });

  it('never makes an unlocked key because nobody could be asked', async () => {
    const home = temporaryHome();
    const run = await keysIn(home)('keys create --json');
    expect(run.exit).toBe(2);
    expect(run.json().error).toMatchObject({ code: 'INPUT_MISSING', sideEffects: 'none' });
    expect(keystoreAt(home).keys.list()).toEqual([]);
  });

  it('overwrites nothing and takes no name that reads as an id', async () => {
    const home = temporaryHome();
    await keysIn(home)('keys create ci --unencrypted');
    const before = readFileSync(join(home, 'keys', 'ci.json'), 'utf8');
    const run = await keysIn(home)('keys create ci --unencrypted --json');
    expect(run.json().error).toMatchObject({ code: 'KEY_EXISTS', exit: 2 });
    expect(readFileSync(join(home, 'keys', 'ci.json'), 'utf8')).toBe(before);
    expect((await keysIn(home)('keys create abcdef --unencrypted --json')).json().error).toMatchObject({ code: 'USAGE' });
  });
});

describe('keys import', () => {
  it('takes hex on stdin', async () => {
    const home = temporaryHome();
    const run = await keysIn(home, { stdin: `${planted}\n` })('keys import dev --private-key - --unencrypted --json');
    expect(run.json().data).toEqual({
      name: 'dev',
      file: join(home, 'keys/dev.json'),
      address,
      network: 'mainnet',
      kind: 'hot',
      role: 'account',
      inUse: true,
      createdAt: '2026-11-20T00:00:00Z',
      backedUpAt: null,
    });
  });

  it("takes the official clients' key file and locks it (W-305)", async () => {
    const home = temporaryHome();
    const file = join(home, 'ethereum.key');
    writeFileSync(file, Buffer.from(planted.slice(2), 'hex'), { mode: 0o600 });
    const run = await keysIn(home)(`keys import old --file ${file} --passphrase-file ${passphraseIn(home, 'p')} --json`);
    expect(run.json().data).toMatchObject({ address, kind: 'keystore' });
    expect(readFileSync(join(home, 'keys', 'old.json'), 'utf8')).not.toContain(planted.slice(2));
  });

  it.each([
    ['as the value of --private-key', `keys import dev --private-key ${planted} --unencrypted --json`],
    ['as the name', `keys import ${planted} --private-key - --unencrypted --json`],
  ])('does not repeat a private key given %s', async (_where, line) => {
    const home = temporaryHome();
    const run = await keysIn(home, { stdin: planted })(line);
    expect(run.json().error).toMatchObject({ code: 'USAGE' });
    expect(keystoreAt(home).keys.list()).toEqual([]);
  });

  it.each([
    ['INPUT_MISSING', 'keys import dev --unencrypted --json', ''],
    ['USAGE', 'keys import dev --private-key - --file x --unencrypted --json', planted],
    ['USAGE', 'keys import dev --file /not/there --unencrypted --json', ''],
    ['KEY_INVALID', 'keys import dev --private-key - --unencrypted --json', planted.slice(0, -1)],
    ['INPUT_MISSING', 'keys import dev --private-key - --json', planted],
  ])('ends with %s for %s', async (code, line, stdin) => {
    const home = temporaryHome();
    expect((await keysIn(home, { stdin })(line)).json().error).toMatchObject({ code, sideEffects: 'none' });
    expect(keystoreAt(home).keys.list()).toEqual([]);
  });

  it('takes no key for a second network (product.md §1 rule 8)', async () => {
    const home = temporaryHome();
    await keysIn(home, { stdin: planted, network: 'devnet' })('keys import dev --private-key - --unencrypted');
    const run = await keysIn(home, { stdin: planted })('keys import real --private-key - --unencrypted --json');
    expect(run.json().error).toMatchObject({ code: 'WRONG_NETWORK', exit: 9 });
  });
});

describe('keys ls, show and use', () => {
  it('list all networks, in pages', async () => {
    const home = temporaryHome();
    expect((await keysIn(home)('keys ls --json')).json().data).toMatchObject({ items: [], count: 0, total: 0 });
    await keysIn(home)('keys create one --unencrypted');
    await keysIn(home, { network: 'devnet' })('keys create two --unencrypted');
    const first = (await keysIn(home)('keys ls --limit 1 --json')).json().data;
    expect(first).toMatchObject({ items: [{ name: 'one', network: 'mainnet' }], count: 1, total: 2, nextCursor: 'one' });
    const second = (await keysIn(home)('keys ls --limit 1 --cursor one --json')).json().data;
    expect(second).toMatchObject({ items: [{ name: 'two', network: 'devnet' }], nextCursor: null });
    expect((await keysIn(home)('keys ls')).stdout).toContain('one');
  });

  it('choose a key on its own network, once', async () => {
    const home = temporaryHome();
    await keysIn(home)('keys create one --unencrypted');
    await keysIn(home)('keys create two --unencrypted');
    expect((await keysIn(home)('keys show --json')).json().data).toMatchObject({ name: 'one', inUse: true });
    expect((await keysIn(home)('keys use two --json')).json().data).toMatchObject({ name: 'two', inUse: true, changed: true });
    expect((await keysIn(home)('keys use two --json')).json().data).toMatchObject({ name: 'two', changed: false });
    expect((await keysIn(home)('keys show --json')).json().data).toMatchObject({ name: 'two' });
    expect((await keysIn(home)('keys show one --json')).json().data).toMatchObject({ name: 'one', inUse: false });
  });

  it('show nothing of a key that is not there', async () => {
    const home = temporaryHome();
    expect((await keysIn(home)('keys show --json')).json().error).toMatchObject({ code: 'KEY_MISSING', exit: 9 });
    expect((await keysIn(home)('keys show gone --json')).json().error).toMatchObject({ code: 'KEY_NOT_FOUND', exit: 3 });
    expect((await keysIn(home)(`keys use ${planted} --json`)).json().error).toMatchObject({ code: 'KEY_NOT_FOUND' });
  });
});

describe('keys backup (W-021)', () => {
  it('W-021 writes a copy under its own passphrase, and opens it before it says so', async () => {
    const home = temporaryHome();
    await keysIn(home, { stdin: planted })('keys import dev --private-key - --unencrypted');
    const { keys } = keystoreAt(home);
    expect(keys.entry('dev').backedUpAt).toBeNull();
    const file = join(home, 'copy.json');
    const source = passphraseIn(home, 'another passphrase\n');
    const run = (await keysIn(home)(`keys backup dev ${file} --passphrase-file ${source} --json`)).json();
    expect(run.data).toMatchObject({ name: 'dev', address, file, backedUpAt: '2026-11-20T00:00:00Z' });
    expect(keys.entry('dev').backedUpAt).toBe('2026-11-20T00:00:00Z');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const opened = await keys.opens({ name: 'dev', secret: readFileSync(file), passphrase: async () => 'another passphrase' });
    expect(opened).toBe(true);
    const again = (await keysIn(home)(`keys backup dev ${file} --passphrase-file ${source} --json`)).json();
    expect(again).toMatchObject({ ok: false, error: { code: 'USAGE', message: expect.stringContaining('never overwrites') } });
  });

  it('W-021 does not succeed where what was written does not open, and notes no backup', async () => {
    const home = temporaryHome();
    await keysIn(home, { stdin: planted })('keys import dev --private-key - --unencrypted');
    const file = join(home, 'copy.json');
    const spoilt = (text: string): string => text.replace(/"mac":"./, '"mac":"g');
    const run = await keysIn(home, { written: spoilt })(
      `keys backup dev ${file} --passphrase-file ${passphraseIn(home, 'long enough\n')} --json`,
    );
    expect(run.json()).toMatchObject({ ok: false, error: { code: 'KEY_INVALID', message: expect.stringContaining('does not open') } });
    expect(keystoreAt(home).keys.entry('dev').backedUpAt).toBeNull();
    expect(existsSync(file)).toBe(false);
  });

  it('W-021 never overwrites a file that came while the copy was made', async () => {
    const home = temporaryHome();
    await keysIn(home, { stdin: planted })('keys import dev --private-key - --unencrypted');
    const file = join(home, 'copy.json');
    const written = (text: string): string => {
      writeFileSync(file, 'the only copy of another key');
      return text;
    };
    const run = await keysIn(home, { written })(`keys backup dev ${file} --passphrase-file ${passphraseIn(home, 'long enough\n')} --json`);
    expect(run.json()).toMatchObject({ ok: false, error: { code: 'USAGE', message: expect.stringContaining('is there already') } });
    expect(readFileSync(file, 'utf8')).toBe('the only copy of another key');
    expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(keystoreAt(home).keys.entry('dev').backedUpAt).toBeNull();
  });
});

describe('keys that everybody knows', () => {
  const anvil = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

  it('W-020 are refused for mainnet, and taken for a devnet', async () => {
    for (const stdin of [anvil, `0x${'1'.padStart(64, '0')}`]) {
      const home = temporaryHome();
      const line = 'keys import dev --private-key - --unencrypted --json';
      expect((await keysIn(home, { stdin })(line)).json()).toMatchObject({ ok: false, error: { code: 'KEY_PUBLIC', exit: 4 } });
      expect(keystoreAt(home).keys.list()).toEqual([]);
      expect((await keysIn(home, { stdin, network: 'devnet' })(line)).json()).toMatchObject({ ok: true });
    }
  });
});
