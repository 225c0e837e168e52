import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { systemClock } from '../../../src/adapters/host/system-clock.ts';
import { findProgram } from '../../../src/adapters/ssh/find-program.ts';
import { openShell } from '../../../src/adapters/ssh/open-shell.ts';
import { sshServer } from '../../support/ssh-server.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const account = '0x15D3B1C7f8dA84D5d8d7BdE0D8fBd8a4c0A36A65';
const vm = 'a1b2c3d4e5f6'.padEnd(64, '0');
const systemPath = process.env.PATH ?? '';
const ways = [
  ["the system's ssh", systemPath],
  ['the library', ''],
] as const;

const publicKeyOfNobody = Buffer.from('\0\0\0\x07ssh-rsa of nobody').toString('base64');

describe.each(ways)('host keys by %s (XA-18)', (way, path) => {
  const here = it.skipIf(way !== 'the library' && findProgram('ssh', systemPath) === null);

  const start = async () => {
    const folder = temporaryHome();
    const machine = {
      env: { PATH: path, HOME: folder },
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      kill: process.kill.bind(process),
    };
    const shell = openShell({ folder, files: privateFiles(), clock: systemClock(), machine });
    const server = await sshServer({ authorised: await shell.publicKey(account) });
    const call = { vm, account, endpoint: server.endpoint, timeoutMs: 30_000, maxBytes: 1024, stream: false, input: false };
    const exec = (more = {}) => shell.exec({ ...call, command: ['cat'], ...more });
    const pinned = (): { type: string; key: string } => {
      const [, type = '', key = ''] = readFileSync(join(folder, 'known_hosts', vm), 'utf8')
        .trim()
        .split(' ');
      return { type, key };
    };
    return { folder, shell, server, exec, pinned };
  };
  const sha256 = (key: string): string => createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
  const none = { keys: [], fingerprints: [] };

  here('are worth nothing, then first use, then the console once it shows them', async () => {
    const { shell, exec, pinned } = await start();
    expect(await shell.hostKeyTrust(vm)).toBeNull();
    expect(await shell.confirmHostKeys(vm, none)).toBeNull();
    await exec();
    expect(await shell.hostKeyTrust(vm)).toBe('firstUse');
    expect(await shell.confirmHostKeys(vm, none)).toBe('firstUse');
    const { type, key } = pinned();
    const other = { type: 'ssh-ed25519', sha256: 'A'.repeat(43) };
    expect(await shell.confirmHostKeys(vm, { keys: [], fingerprints: [other] })).toBe('firstUse');
    expect(await shell.confirmHostKeys(vm, { keys: [], fingerprints: [other, { type, sha256: sha256(key) }] })).toBe('console');
    expect(await exec()).toMatchObject({ exitCode: 0 });
    expect(await shell.hostKeyTrust(vm)).toBe('console');
    await shell.forgetHostKeys(vm);
    expect(await shell.hostKeyTrust(vm)).toBeNull();
  });

  here('are refused when the console shows another than was there at first contact', async () => {
    const { shell, exec, pinned } = await start();
    await exec();
    const before = pinned();
    const keys = [{ type: before.type, key: Buffer.from('another').toString('base64') }];
    await expect(shell.confirmHostKeys(vm, { keys, fingerprints: [] })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
    expect(pinned()).toEqual(before);
  });

  here('that the console showed are pinned before first contact, so that an impostor never gets in', async () => {
    const { shell, exec, server } = await start();
    await exec({ vm: 'b'.repeat(64) });
    const keys = [{ type: 'ssh-ed25519', key: 'AAAAC3NzaC1lZDI1NTE5AAAAIE1y2zqOWYNqzxmRWFgq8JlSCS2y8gK9dYw6FQnZVyTc' }];
    expect(await shell.confirmHostKeys(vm, { keys, fingerprints: [] })).toBe('console');
    const sent = server.commands.length;
    await expect(exec()).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED', exit: 125 });
    expect(server.commands).toHaveLength(sent);
  });

  here('are told apart by key exchange alone: no name, no key and no command of ours is sent', async () => {
    const { shell, exec, server, pinned } = await start();
    const met = () => shell.meet(vm, server.endpoint, 10_000);
    expect(await met()).toBe('unknown');
    await exec();
    const [sent, itself] = [server.logins.length, pinned()];
    expect(sent).toBeGreaterThan(0);
    expect(await met()).toBe('pinned');
    for (const [type, key] of [
      // of the same kind and of one that this server has not
      [itself.type, publicKeyOfNobody],
      ['ssh-ed25519', 'AAAAC3NzaC1lZDI1NTE5AAAAIE1y2zqOWYNqzxmRWFgq8JlSCS2y8gK9dYw6FQnZVyTc'],
    ] as const) {
      await shell.forgetHostKeys(vm);
      await shell.confirmHostKeys(vm, { keys: [{ type, key }], fingerprints: [] });
      expect(await met()).toBe('another');
      expect(pinned()).toEqual({ type, key });
    }
    expect(server.logins).toHaveLength(sent);
    await server.stop();
    expect(await met()).toBe('unknown');
  });

  here('stand aside for bytes fed and taken, whole and in order', async () => {
    const { exec } = await start();
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
    const taken: Uint8Array[] = [];
    const result = await exec({
      feed: (async function* () {
        for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
      })(),
      take: async (output: AsyncIterable<Uint8Array>) => {
        for await (const chunk of output) taken.push(chunk);
      },
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: '' });
    expect(Buffer.concat(taken).equals(bytes)).toBe(true);
  });

  here('and the failure of who feeds or takes ends the call', async () => {
    const { exec } = await start();
    const broken = async function* () {
      yield Buffer.from('x');
      throw new Error('the disk is gone');
    };
    await expect(exec({ feed: broken() })).rejects.toThrow('the disk is gone');
    const take = async (output: AsyncIterable<Uint8Array>) => {
      for await (const _ of output) throw new Error('enough');
    };
    await expect(exec({ command: ['yes'], take })).rejects.toThrow('enough');
    expect(
      await exec({
        command: ['true'],
        feed: (async function* () {
          yield Buffer.alloc(2_000_000);
        })(),
      }),
    ).toMatchObject({ exitCode: 0 });
  });
});
