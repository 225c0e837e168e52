import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { publicKeyOf } from '../../../src/adapters/ssh/key-pair.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const account = '0x15D3B1C7f8dA84D5d8d7BdE0D8fBd8a4c0A36A65';

describe('our SSH key', () => {
  it('is one per account, ed25519, without comment, 0600', async () => {
    const folder = temporaryHome();
    const made = await publicKeyOf(folder, account, privateFiles());
    expect(made).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]{68}$/);
    expect(await publicKeyOf(folder, account.toLowerCase(), privateFiles())).toBe(made);
    expect(await publicKeyOf(folder, `0x${'1'.repeat(40)}`, privateFiles())).not.toBe(made);
    const path = join(folder, account.toLowerCase());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${path}.pub`, 'utf8')).toBe(`${made}\n`);
    const parsed = ssh2.utils.parseKey(readFileSync(path));
    expect(parsed).not.toBeInstanceOf(Error);
  });

  it('has a public half that comes back from the private one', async () => {
    const folder = temporaryHome();
    const made = await publicKeyOf(folder, account, privateFiles());
    rmSync(join(folder, `${account.toLowerCase()}.pub`));
    expect(await publicKeyOf(folder, account, privateFiles())).toBe(made);
  });

  it('is never one that nothing can read, though the library makes such', async () => {
    const folder = temporaryHome();
    for (let index = 0; index < 400; index += 1) {
      const key = await publicKeyOf(folder, `0x${index.toString(16).padStart(40, '0')}`, privateFiles());
      expect(Buffer.from(key.split(' ')[1] ?? '', 'base64')).toHaveLength(51);
    }
  });

  it('is the same for processes that make it at once', async () => {
    const folder = temporaryHome();
    const from = (path: string) => JSON.stringify(join(import.meta.dirname, '../../../src/adapters', path));
    const script = `import { privateFiles } from ${from('host/private-files.ts')}; import { publicKeyOf } from ${from('ssh/key-pair.ts')};
      process.stdout.write(await publicKeyOf(${JSON.stringify(folder)}, '${account}', privateFiles()));`;
    const runs = Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        cwd: join(import.meta.dirname, '../../..'),
      }),
    );
    const keys = new Set((await Promise.all(runs)).map(({ stdout }) => stdout));
    expect(keys.size).toBe(1);
    expect(readdirSync(folder).sort()).toEqual([account.toLowerCase(), `${account.toLowerCase()}.pub`]);
    expect(await publicKeyOf(folder, account, privateFiles())).toBe([...keys][0]);
  });
});
