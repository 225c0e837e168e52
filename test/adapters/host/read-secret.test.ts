import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openSecrets } from '../../../src/adapters/host/read-secret.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const secrets = (options: { stdin?: string; answers?: string[]; source?: string } = {}) => {
  const warnings: string[] = [];
  const asked: string[] = [];
  const { answers } = options;
  const ask = async (question: string) => {
    asked.push(question);
    return answers?.shift() ?? '';
  };
  const opened = openSecrets({
    stdin: Readable.from([Buffer.from(options.stdin ?? '')]),
    ask: answers === undefined ? null : ask,
    source: options.source ?? null,
    warn: (code) => warnings.push(code),
  });
  return { ...opened, warnings, asked };
};

describe('a passphrase', () => {
  it('comes from a file, without its line break, and an exposed file is reported', async () => {
    const path = join(temporaryHome(), 'passphrase');
    writeFileSync(path, ' two words \n', { mode: 0o600 });
    const { passphrase, warnings } = secrets();
    expect(await passphrase({ use: 'unlock', key: 'main' }, path)).toBe(' two words ');
    expect(warnings).toEqual([]);
    chmodSync(path, 0o644);
    expect(await passphrase({ use: 'unlock', key: 'main' }, path)).toBe(' two words ');
    expect(warnings).toEqual(['PASSPHRASE_FILE_EXPOSED']);
  });

  it('comes from the file that the environment names where the command names none', async () => {
    const path = join(temporaryHome(), 'passphrase');
    writeFileSync(path, 'from the file', { mode: 0o600 });
    expect(await secrets({ source: path }).passphrase({ use: 'unlock', key: 'main' }, null)).toBe('from the file');
  });

  it('comes from a file descriptor', async () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'passphrase'), 'by descriptor\n');
    const script = `import { openSecrets } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/host/read-secret.ts'))};
      const secrets = openSecrets({ stdin: process.stdin, ask: null, source: null, warn() {} });
      process.stdout.write(await secrets.passphrase({ use: 'unlock', key: 'main' }, 'fd:3'));`;
    const command = 'cat "$1" | (exec 3<&0; exec "$2" --import tsx --input-type=module -e "$3")';
    const { stdout } = await promisify(execFile)('sh', ['-c', command, 'sh', join(home, 'passphrase'), process.execPath, script], {
      cwd: join(import.meta.dirname, '../../..'),
    });
    expect(stdout).toBe('by descriptor');
  });

  it('comes from stdin only for "-"', async () => {
    expect(await secrets({ stdin: 'piped\n' }).passphrase({ use: 'unlock', key: 'main' }, '-')).toBe('piped');
    await expect(secrets({ stdin: 'piped\n' }).passphrase({ use: 'unlock', key: 'main' }, null)).rejects.toMatchObject({
      code: 'KEY_LOCKED',
    });
  });

  it('is asked for once to unlock and twice for a new key', async () => {
    const unlock = secrets({ answers: ['open'] });
    expect(await unlock.passphrase({ use: 'unlock', key: 'main' }, null)).toBe('open');
    expect(unlock.asked).toEqual(['Passphrase of the key "main"']);
    const fresh = secrets({ answers: ['same', 'same'] });
    expect(await fresh.passphrase({ use: 'new', key: 'main' }, null)).toBe('same');
    expect(fresh.asked).toHaveLength(2);
    const slipped = secrets({ answers: ['one', 'two', 'same', 'same'] });
    expect(await slipped.passphrase({ use: 'new', key: 'main' }, null)).toBe('same');
    expect(slipped.asked[2]).toMatch(/^The two passphrases differ\./);
    const never = secrets({ answers: ['one', 'two', 'one', 'two', 'one', 'two', 'same', 'same'] });
    await expect(never.passphrase({ use: 'new', key: 'main' }, null)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('found-interface.md §3.7: may be typed three times, and a file is read once', async () => {
    const typing = secrets({ answers: ['b', 'c', 'd'] });
    expect([await typing.passphraseAgain('main', 1), await typing.passphraseAgain('main', 2)]).toEqual(['b', 'c']);
    expect(await typing.passphraseAgain('main', 3)).toBeNull();
    expect(typing.asked).toEqual([
      'That does not open the key "main". Passphrase (2 tries left)',
      'That does not open the key "main". Passphrase (last try)',
    ]);
    expect(await secrets({ answers: ['b'], source: 'file' }).passphraseAgain('main', 1)).toBeNull();
    expect(await secrets().passphraseAgain('main', 1)).toBeNull();
  });

  it('that is missing, empty or not there ends in a failure that names the way', async () => {
    await expect(secrets().passphrase({ use: 'new', key: 'main' }, null)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      details: { fix: { text: expect.stringContaining('--passphrase-file') } },
    });
    await expect(secrets({ stdin: '\n' }).passphrase({ use: 'new', key: 'main' }, '-')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(secrets().passphrase({ use: 'new', key: 'main' }, '/not/there')).rejects.toMatchObject({
      code: 'USAGE',
      message: 'The passphrase cannot be read from /not/there (ENOENT).',
    });
  });
});

describe('stdin', () => {
  it('is read whole, up to a limit', async () => {
    expect(await secrets({ stdin: 'abc' }).readStdin(3)).toEqual(new Uint8Array(Buffer.from('abc')));
    await expect(secrets({ stdin: 'abcd' }).readStdin(3)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
