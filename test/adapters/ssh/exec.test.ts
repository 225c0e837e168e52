import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { systemClock } from '../../../src/adapters/host/system-clock.ts';
import { findProgram } from '../../../src/adapters/ssh/find-program.ts';
import { openShell } from '../../../src/adapters/ssh/open-shell.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { sshServer } from '../../support/ssh-server.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const account = '0x15D3B1C7f8dA84D5d8d7BdE0D8fBd8a4c0A36A65';
const vm = 'a1b2c3d4e5f6'.padEnd(64, '0');
const systemPath = process.env.PATH ?? '';

const shellAt = (folder: string, { path, clock = systemClock() }: { path: string; clock?: Clock }) => {
  const stdin = new PassThrough();
  const machine = {
    env: { PATH: path, HOME: folder, ALEPH_AGENT_HOME: folder, SECRET: 'planted' },
    stdin,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    kill: process.kill.bind(process),
  };
  return { ...openShell({ folder, files: privateFiles(), clock, machine }), machine };
};

/** A clock whose waits end when told. */
const turned = () => {
  const ends: (() => void)[] = [];
  const wait: Clock['wait'] = () => new Promise((resolve) => ends.push(resolve));
  return {
    clock: { now: () => 0, wait },
    ring: () => {
      for (const end of ends.splice(0)) end();
    },
  };
};

const call = { vm, account, timeoutMs: 30_000, maxBytes: 16_384, stream: false, input: false };

const ways = [
  ["the system's ssh", systemPath],
  ['the library', ''],
] as const;

describe.each(ways)('a command by %s', (way, path) => {
  const here = it.skipIf(way !== 'the library' && findProgram('ssh', systemPath) === null);

  const start = async () => {
    const folder = join(temporaryHome(), 'with space %h', 'ssh');
    const shell = shellAt(folder, { path });
    const server = await sshServer({ authorised: await shell.publicKey(account) });
    return {
      folder,
      shell,
      server,
      exec: (command: string[], more = {}) => shell.exec({ ...call, endpoint: server.endpoint, command, ...more }),
    };
  };

  here('gives output, exit code and exactly the words that were given', async () => {
    const { exec, folder } = await start();
    const words = ["it's", '$HOME `id`', '-n', '', 'a\nb', '"', '\\', '*'];
    expect(await exec(['printf', '<%s>', ...words])).toEqual({
      exitCode: 0,
      stdout: words.map((word) => `<${word}>`).join(''),
      stderr: '',
      truncated: false,
    });
    expect(await exec(['sh', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({
      exitCode: 7,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    });
    expect(await exec(['-x'])).toMatchObject({ exitCode: 127 });
    expect(await exec(['A=b', 'true'])).toMatchObject({ exitCode: 127 });
    expect(readdirSync(folder).filter((file) => file.startsWith('.'))).toEqual([]);
  });

  here('keeps the tail of long output', async () => {
    const { exec } = await start();
    const result = await exec(['sh', '-c', 'seq 1 100000; echo "the äöü end"'], { maxBytes: 10 });
    expect(result).toMatchObject({ stdout: 'öü end\n', truncated: true });
  });

  here('gets no stdin', async () => {
    const { exec } = await start();
    expect(await exec(['cat'])).toMatchObject({ exitCode: 0, stdout: '' });
  });

  here('is refused when the host key changed (XA-18)', async () => {
    const { exec, shell, server, folder } = await start();
    await exec(['true']);
    const known = join(folder, 'known_hosts', vm);
    const pinned = readFileSync(known, 'utf8');
    expect(pinned).toMatch(new RegExp(`^${vm} ssh-rsa `));
    expect(statSync(known).mode & 0o777).toBe(0o600);
    await server.stop();
    const impostor = await sshServer({ authorised: await shell.publicKey(account), port: server.endpoint.port });
    await expect(exec(['true'])).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      details: { facts: { reason: 'hostKeyChanged' }, sideEffects: 'none' },
    });
    expect(impostor.commands).toEqual([]);
    expect(readFileSync(known, 'utf8')).toBe(pinned);
    // another VM on the same host and port has a pin of its own
    expect(await exec(['true'], { vm: 'b'.repeat(64) })).toMatchObject({ exitCode: 0 });
  });

  here('fails with a fixed reason where the key is not accepted, and where nobody answers', async () => {
    const { shell, exec, server } = await start();
    const other = await shell.publicKey(`0x${'9'.repeat(40)}`);
    const closed = await sshServer({ authorised: other });
    await expect(exec(['true'], { endpoint: closed.endpoint })).rejects.toMatchObject({
      code: 'EXEC_FAILED',
      details: { facts: { reason: 'denied' } },
    });
    await server.stop();
    await expect(exec(['true'])).rejects.toMatchObject({ code: 'EXEC_FAILED', details: { facts: { reason: 'unreachable' } } });
  });

  here('ends when it is aborted, with the reason', async () => {
    const { exec, server } = await start();
    const aborter = new AbortController();
    const running = exec(['sleep', '1000'], { signal: aborter.signal });
    await expect.poll(() => server.commands).toEqual(['sleep 1000']);
    aborter.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  here('ends at the timeout', async () => {
    const { folder, server } = await start();
    const { clock, ring } = turned();
    const running = shellAt(folder, { path, clock }).exec({ ...call, endpoint: server.endpoint, command: ['sleep', '1000'] });
    await expect.poll(() => server.commands).toEqual(['sleep 1000']);
    ring();
    await expect(running).rejects.toMatchObject({ code: 'EXEC_FAILED', details: { facts: { reason: 'timeout' }, sideEffects: 'unknown' } });
  });
});

describe('both ways', () => {
  it.skipIf(findProgram('ssh', systemPath) === null)('share one pin', async () => {
    const folder = temporaryHome();
    const [bySystem, byLibrary] = [shellAt(folder, { path: systemPath }), shellAt(folder, { path: '' })];
    const server = await sshServer({ authorised: await bySystem.publicKey(account) });
    const request = { ...call, endpoint: server.endpoint, command: ['true'] };
    expect(await byLibrary.exec(request)).toMatchObject({ exitCode: 0 });
    const pinned = readFileSync(join(folder, 'known_hosts', vm), 'utf8');
    expect(await bySystem.exec(request)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(folder, 'known_hosts', vm), 'utf8')).toBe(pinned);
  });

  it.each([
    ['a host that is an option', { endpoint: { host: '-oProxyCommand=id', port: 22, user: 'root' } }],
    ['a user that is an option', { endpoint: { host: '127.0.0.1', port: 22, user: '-l' } }],
    ['a port that is none', { endpoint: { host: '127.0.0.1', port: 0, user: 'root' } }],
    ['a VM that is a path', { vm: '../x' }],
    ['an account that is a path', { account: '../x' }],
    ['no command', { command: [] }],
  ])('refuse %s', async (_what, wrong) => {
    const shell = shellAt(temporaryHome(), { path: systemPath });
    const endpoint = { host: '127.0.0.1', port: 22, user: 'root' };
    await expect(shell.exec({ ...call, endpoint, command: ['true'], ...wrong })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('the child process', () => {
  /** An `ssh` of our own that writes what it sees, and stays. */
  const recorded = (folder: string, script: string) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return `${bin}:${systemPath}`;
  };
  const endpoint = { host: '203.0.113.9', port: 24_017, user: 'root' };

  it('XC-03 gets four variables and safe options', async () => {
    const folder = temporaryHome();
    const shell = shellAt(folder, { path: recorded(folder, 'env; printf "%s\\n" "$@"') });
    const { stdout } = await shell.exec({ ...call, endpoint, command: ['uname', '-a b'] });
    const lines = stdout.split('\n');
    const variables = lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split('=')[0]);
    expect(variables.filter((name) => name !== 'PWD' && name !== 'OLDPWD' && name !== '_' && name !== 'SHLVL').sort()).toEqual([
      'HOME',
      'PATH',
    ]);
    expect(stdout).not.toContain('planted');
    for (const option of [
      ...[
        'IdentitiesOnly=yes',
        'BatchMode=yes',
        'ConnectTimeout=10',
        'StrictHostKeyChecking=accept-new',
        `UserKnownHostsFile=known_hosts/${vm}`,
      ],
      ...[`HostKeyAlias=${vm}`, 'ForwardAgent=no', 'ClearAllForwardings=yes', 'GlobalKnownHostsFile=/dev/null', account.toLowerCase()],
    ]) {
      expect(lines).toContain(option);
    }
    expect(lines.slice(-4, -1)).toEqual(['root@203.0.113.9', '--', "uname '-a b'"]);
    expect(lines[lines.indexOf('-F') + 1]).toBe('none');
  });

  it('is killed with everything that it started, at the timeout (XB-21)', async () => {
    const folder = temporaryHome();
    const { clock, ring } = turned();
    const shell = shellAt(folder, { path: recorded(folder, `sleep 1000 & echo "$$ $!" > pids.tmp; mv pids.tmp pids; wait`), clock });
    const running = shell.exec({ ...call, endpoint, command: ['true'] });
    running.catch(() => undefined);
    await expect.poll(() => readdirSync(folder)).toContain('pids');
    const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split(' ').map(Number);
    expect(pids.map(alive)).toEqual([true, true]);
    ring();
    await expect(running).rejects.toMatchObject({ code: 'EXEC_FAILED' });
    await expect.poll(() => pids.map(alive)).toEqual([false, false]);
  });
});

/** A killed process that nobody has waited for yet is dead as well. */
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
