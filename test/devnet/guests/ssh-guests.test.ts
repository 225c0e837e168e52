import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGuestHost, type GuestMode } from '../../../src/devnet/guests/create-guest-host.ts';
import type { Guest, GuestAnswer, GuestHost } from '../../../src/devnet/guests/guest-host.ts';
import { createClock } from '../../../src/devnet/world/clock.ts';

const systemSsh = ['/usr/bin/ssh', '/usr/local/bin/ssh'].some(existsSync);

let folder: string;
let host: GuestHost;
let answer: GuestAnswer;
const keys = ssh2.utils.generateKeyPairSync('ed25519');

const guest = (installation = 1): Guest => ({
  hash: 'aa'.repeat(32),
  disk: 'disk',
  installation,
  authorizedKeys: ['nonsense', keys.public],
  answers: () => answer,
});

const start = (mode: GuestMode): void => {
  host = createGuestHost(mode, '1', { clock: createClock(0), control: 'http://127.0.0.1:9' }, join(folder, 'guests'));
};

interface Said {
  code: number | undefined;
  stdout: string;
  stderr: string;
  hostKey: string;
}

const run = (
  port: number,
  command: string,
  options: { username?: string; password?: string; key?: string; input?: string } = {},
): Promise<Said> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let hostKey = '';
    client.on('error', reject);
    client.on('ready', () =>
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        const said: Said = { code: undefined, stdout: '', stderr: '', hostKey };
        channel.on('data', (data: Buffer) => (said.stdout += data));
        channel.stderr.on('data', (data: Buffer) => (said.stderr += data));
        channel.on('exit', (code: number) => (said.code = code));
        channel.on('close', () => {
          client.end();
          resolve(said);
        });
        channel.end(options.input ?? '');
      }),
    );
    client.connect({
      host: '127.0.0.1',
      port,
      username: options.username ?? 'root',
      hostVerifier: (key: Buffer) => {
        hostKey = key.toString('base64');
        return true;
      },
      ...(options.password === undefined ? { privateKey: options.key ?? keys.private } : { password: options.password }),
    });
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guests-test-'));
  answer = 'ssh';
});

afterEach(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('SSH guests', () => {
  it('run commands in a private folder with nothing of our environment', async () => {
    start('exec');
    const port = await host.open(guest(), null);
    expect(port).toBeGreaterThanOrEqual(24_000);
    const said = await run(port, 'pwd; echo out; echo err >&2; env | sort; cat; exit 3', { input: 'typed' });
    expect(said.code).toBe(3);
    expect(said.stdout).toContain(`${join(folder, 'guests', 'disk', 'root')}\nout\n`);
    expect(said.stdout.endsWith('typed')).toBe(true);
    expect(said.stderr).toBe('err\n');
    const names = [...said.stdout.matchAll(/^(\w+)=/gm)].map((match) => match[1]);
    expect(
      names.filter((name) => !['HOME', 'LANG', 'LOGNAME', 'OLDPWD', 'PATH', 'PWD', 'SHELL', 'SHLVL', 'USER', '_'].includes(name ?? '')),
    ).toEqual([]);
  });

  it('let only authorised keys in, as root', async () => {
    start('exec');
    const port = await host.open(guest(), null);
    const stranger = ssh2.utils.generateKeyPairSync('ed25519').private;
    await expect(run(port, 'true', { key: stranger })).rejects.toThrow(/authentication/);
    await expect(run(port, 'true', { password: 'root' })).rejects.toThrow(/authentication/);
    await expect(run(port, 'true', { username: 'ubuntu' })).rejects.toThrow(/authentication/);
    expect((await run(port, 'true')).code).toBe(0);
  });

  it('without exec they show the banner, authenticate and refuse commands in words', async () => {
    start('banner');
    const port = await host.open(guest(), null);
    const said = await run(port, 'echo no');
    expect(said).toMatchObject({ code: 126, stdout: '', stderr: expect.stringContaining('--guests exec') });
    expect(existsSync(join(folder, 'guests', 'disk'))).toBe(false);
  });

  it('keep their host key over restarts and change it when reinstalled', async () => {
    start('exec');
    const port = await host.open(guest(), null);
    const first = (await run(port, 'true')).hostKey;
    host.close(guest().hash);
    const again = await host.open(guest(), port);
    expect((await run(again, 'true')).hostKey).toBe(first);
    host.close(guest().hash);
    const rebuilt = await host.open(guest(2), again);
    expect((await run(rebuilt, 'true')).hostKey).not.toBe(first);
  });

  it('D-09 have another boot id after a reboot, and keep the machine’s', async () => {
    start('exec');
    const port = await host.open(guest(), null);
    const read = async (): Promise<string[]> =>
      (await run(port, 'cat /proc/sys/kernel/random/boot_id /proc/sys/kernel/random/boot_id /etc/machine-id')).stdout.trim().split('\n');
    const [before, same, machine] = await read();
    expect(before).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(same).toBe(before);
    host.restart(guest().hash);
    const [after, , again] = await read();
    expect(after).not.toBe(before);
    expect(again).toBe(machine);
  });

  it('answer as they are told: refused before sshd is up, silent without a banner', async () => {
    start('banner');
    answer = 'refused';
    const port = await host.open(guest(), null);
    const meet = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        let text = '';
        socket.on('data', (data) => {
          text += data;
          socket.destroy();
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(text));
        socket.setTimeout(300, () => socket.destroy());
      });
    expect(await meet()).toBe('');
    answer = 'silent';
    expect(await meet()).toBe('');
    answer = 'ssh';
    expect(await meet()).toMatch(/^SSH-2\.0-/);
  });

  it('have ports of their own', async () => {
    start('banner');
    const first = await host.open(guest(), null);
    expect(await host.open(guest(), null)).toBe(first);
    expect(await host.open({ ...guest(), hash: 'bb'.repeat(32) }, null)).not.toBe(first);
  });

  it('closing kills what runs, background work included; files go when they are purged', async () => {
    start('exec');
    const port = await host.open(guest(), null);
    await run(port, "nohup sh -c 'while :; do date > beat; sleep 0.05; done' > /dev/null 2>&1 & echo $! > pid");
    const home = join(folder, 'guests', 'disk', 'root');
    const pid = Number(readFileSync(join(home, 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).not.toThrow();
    host.close(guest().hash);
    await expect.poll(() => existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')).toBe(false);
    expect(readdirSync(home)).toContain('pid');
    host.purge('disk', 'all');
    expect(existsSync(home)).toBe(false);
  });

  it.runIf(systemSsh)('work with the system ssh', async () => {
    start('exec');
    const port = await host.open(guest(), null);
    const identity = join(folder, 'id');
    writeFileSync(identity, keys.private, { mode: 0o600 });
    const known = join(folder, 'known');
    const options = [
      '-F',
      'none',
      '-o',
      `UserKnownHostsFile=${known}`,
      '-o',
      'StrictHostKeyChecking=accept-new',
      '-o',
      'BatchMode=yes',
      '-i',
      identity,
    ];
    const said = await new Promise<{ code: unknown; stdout: string }>((resolve) =>
      execFile('ssh', [...options, '-p', String(port), 'root@127.0.0.1', 'echo "hello from $USER"; exit 7'], (error, stdout) =>
        resolve({ code: error?.code, stdout }),
      ),
    );
    expect(said).toEqual({ code: 7, stdout: 'hello from root\n' });
  });
});
