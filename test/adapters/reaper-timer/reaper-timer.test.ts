import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { openReaperTimer } from '../../../src/adapters/reaper-timer/open-reaper-timer.ts';
import { timerUnits } from '../../../src/domain/ending/guest-timer.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { findProgram } from '../../support/carried-script.ts';

let home: string;
let bin: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'aleph-agent-timer-'));
  bin = join(home, 'bin');
  mkdirSync(bin);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A program of the system as it answers here: what it was told goes to its log. */
const program = (name: string, script: string): void => {
  writeFileSync(join(bin, name), `#!/bin/sh\necho "$@" >>"${join(home, `${name}.log`)}"\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
};
const told = (name: string): string => readFileSync(join(home, `${name}.log`), 'utf8');

const timer = (patch: { platform?: string; env?: Record<string, string> } = {}) =>
  openReaperTimer({
    machine: {
      env: {
        HOME: home,
        PATH: [bin, '/usr/bin', '/bin'].join(delimiter),
        USER: 'me',
        SECRET: 'planted',
        ALEPH_AGENT_HOME: join(home, 'a %h "b"'),
        ...patch.env,
      },
      platform: patch.platform ?? 'linux',
      execPath: '/opt/no de/node',
      getuid: () => 501,
    },
    files: privateFiles(),
    program: '/opt/x/bin/aleph-agent.js',
    folder: join(home, 'logs'),
  });

const mine = { network: 'devnet', account: '0x21BBc5E6e92aadf8323777A29a91198868dE1119' };
const order = { ...mine, line: ['gc', 'watch', '--once', '--network', 'devnet', '--account', 'me', '--json'], everyMinutes: 5 };

/** No systemd and no crontab of this machine gets into it. */
const nothingElse = (): void => {
  program('systemctl', 'exit 1');
  program('loginctl', 'exit 1');
};

describe('gc by a systemd user timer (issue 4 §2)', () => {
  it('writes absolute, whole units without secrets, and says what is still missing', async () => {
    program('systemctl', 'exit 0');
    program('loginctl', 'echo Linger=no');
    const config = join(home, 'xdg');
    const installed = await timer({ env: { XDG_CONFIG_HOME: config } }).install(order);
    expect(installed).toMatchObject({
      kind: 'systemd',
      active: true,
      log: 'journalctl --user -u aleph-agent-gc-devnet-21bbc5e6',
      missing: expect.stringContaining('enable-linger'),
    });
    const service = readFileSync(join(config, 'systemd/user/aleph-agent-gc-devnet-21bbc5e6.service'), 'utf8');
    expect(service).toContain('ExecStart="/opt/no de/node" "/opt/x/bin/aleph-agent.js" "gc" "watch" "--once"');
    expect(service).toContain(`Environment="ALEPH_AGENT_HOME=${join(home, 'a %%h \\"b\\"')}"`);
    expect(service).not.toContain('planted');
    for (const file of installed.files) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(told('systemctl')).toContain('--user enable aleph-agent-gc-devnet-21bbc5e6.timer');
    expect(await timer({ env: { XDG_CONFIG_HOME: config } }).status(mine)).toMatchObject({ kind: 'systemd' });
    expect(await timer({ env: { XDG_CONFIG_HOME: config } }).uninstall(mine)).toEqual(['systemd']);
    expect(installed.files.filter(existsSync)).toEqual([]);
    expect(await timer({ env: { XDG_CONFIG_HOME: config } }).uninstall(mine)).toEqual([]);
  });

  it.skipIf(findProgram('systemd-analyze') === null)('passes systemd-analyze verify', async () => {
    program('systemctl', 'exit 0');
    program('loginctl', 'echo Linger=yes');
    const made = openReaperTimer({
      machine: { env: { HOME: home, PATH: bin }, platform: 'linux', execPath: process.execPath },
      files: privateFiles(),
      program: '/opt/x/bin/aleph-agent.js',
      folder: join(home, 'logs'),
    });
    const { files, missing } = await made.install(order);
    expect(missing).toBeNull();
    expect(verify(['--user', ...files])).toBe('');
  });

  it.skipIf(findProgram('systemd-analyze') === null)('the units of the timer in a VM pass it, too', () => {
    const units = timerUnits(home, Date.parse('2026-12-01T14:00:00.500Z'));
    expect(units.timer).toContain('OnCalendar=2026-12-01 14:00:03 UTC');
    const files = (['service', 'timer'] as const).map((kind) => {
      const file = join(home, `aleph-agent-end.${kind}`);
      writeFileSync(file, units[kind]);
      return file;
    });
    writeFileSync(join(home, 'end-vm.sh'), '');
    expect(verify(files)).toBe('');
  });
});

const verify = (words: readonly string[]): string => {
  try {
    return execFileSync('systemd-analyze', ['verify', ...words], {
      env: { ...process.env, XDG_RUNTIME_DIR: home },
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch (thrown) {
    return String((thrown as { stderr?: string }).stderr);
  }
};

describe('gc by launchd', () => {
  it('writes an agent, and has it loaded', async () => {
    nothingElse();
    program('launchctl', 'exit 0');
    const installed = await timer({ platform: 'darwin' }).install(order);
    const plist = readFileSync(join(home, 'Library/LaunchAgents/cloud.aleph.aleph-agent.gc.devnet-21bbc5e6.plist'), 'utf8');
    expect(installed).toMatchObject({ kind: 'launchd', active: true, log: join(home, 'logs/gc-devnet-21bbc5e6.log') });
    expect(plist).toContain('<string>/opt/no de/node</string><string>/opt/x/bin/aleph-agent.js</string>');
    expect(plist).toContain('<key>StartInterval</key><integer>300</integer>');
    expect(plist).not.toContain('planted');
    expect(told('launchctl')).toContain('bootstrap gui/501');
    expect(statSync(installed.log).mode & 0o777).toBe(0o600);
    expect(await timer({ platform: 'darwin' }).uninstall(mine)).toEqual(['launchd']);
  });
});

describe('gc by cron', () => {
  const withCrontab = (): void => {
    nothingElse();
    program(
      'crontab',
      `case $1 in -l) if [ -f "${join(home, 'table')}" ]; then cat "${join(home, 'table')}"; else echo 'no crontab for me' >&2; exit 1; fi ;; -) cat >"${join(home, 'table')}" ;; esac`,
    );
  };
  const table = (): string => readFileSync(join(home, 'table'), 'utf8');

  it('adds one line, however often, and leaves the others as they are', async () => {
    withCrontab();
    writeFileSync(join(home, 'table'), '0 3 * * * backup\n');
    expect(await timer().install(order)).toMatchObject({ kind: 'cron', active: null });
    await timer().install({ ...order, everyMinutes: 10 });
    const lines = table().trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('0 3 * * * backup');
    expect(lines[1]).toMatch(
      /^\*\/10 \* \* \* \* ALEPH_AGENT_HOME='.*a \\%h "b"' '\/opt\/no de\/node' '\/opt\/x\/bin\/aleph-agent\.js' 'gc' .* # aleph-agent gc devnet-21bbc5e6$/,
    );
    expect(table()).not.toContain('planted');
    expect(await timer().status(mine)).toMatchObject({ kind: 'cron' });
    expect(await timer().status({ ...mine, network: 'mainnet' })).toBeNull();
    expect(await timer().uninstall(mine)).toEqual(['cron']);
    expect(table()).toBe('0 3 * * * backup\n');
  });

  it('S-04: each account has a line of its own, and a line of 0.1.0 is taken for its network’s', async () => {
    withCrontab();
    const theirs = { ...mine, account: `0x${'5'.repeat(40)}` };
    writeFileSync(join(home, 'table'), '* * * * * gc # aleph-agent gc devnet\n');
    expect(await timer().status(theirs)).toMatchObject({ kind: 'cron' });
    await timer().install(order);
    await timer().install({ ...order, ...theirs });
    expect(table().trimEnd().split('\n')).toHaveLength(3);
    expect(await timer().uninstall(theirs)).toEqual(['cron']);
    expect(table()).toMatch(/^\* \* \* \* \* gc # aleph-agent gc devnet\n\*\/5 .* # aleph-agent gc devnet-21bbc5e6\n$/);
  });

  it('S-16: leaves a table alone that cannot be read, whatever the reason', async () => {
    nothingElse();
    writeFileSync(join(home, 'table'), '0 3 * * * backup\n');
    for (const says of ["echo 'crontab: PAM: Permission denied' >&2; exit 1", 'exit 1', 'kill -9 $$']) {
      program('crontab', `case $1 in -l) ${says} ;; -) cat >"${join(home, 'table')}" ;; esac`);
      const failed = expect.objectContaining({ code: 'NO_TIMER', message: expect.stringContaining('nothing was changed') });
      await expect(timer().install(order), says).rejects.toEqual(failed);
      // whether a line of ours is in it nobody can tell, so it is not said that there was none
      const untold = expect.objectContaining({ code: 'NO_TIMER', message: expect.stringContaining('No line was changed') });
      await expect(timer().uninstall(mine), says).rejects.toEqual(untold);
      expect(await timer().status(mine)).toBeNull();
      expect(table()).toBe('0 3 * * * backup\n');
    }
  });

  it('where there is nothing, gives the line to add (NO_TIMER)', async () => {
    nothingElse();
    const made = timer({ env: { PATH: bin } });
    const failure = await made.install(order).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      code: 'NO_TIMER',
      details: { fix: { actor: 'human', text: expect.stringContaining("'gc' 'watch' '--once'") } },
    });
    // the line writes there, and whoever runs it makes no folder
    const { line } = (failure as Failure).details.facts as { line: string };
    expect(existsSync(/>>'([^']+)'/.exec(line)![1]!)).toBe(true);
  });
});
