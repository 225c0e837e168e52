import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { safeUnit } from '../../../src/adapters/safe-service/safe-unit.ts';
import type { ServiceOrder } from '../../../src/ports/host/safe-service.ts';
import { findProgram } from '../../support/carried-script.ts';
import { machinePrograms } from '../../support/safe/machine-programs.ts';
import { serviceAt, serviceProcess } from '../../support/safe/service-at.ts';

const order: ServiceOrder = { user: 'safe', listen: null, dashboard: true, publicUrl: null, tls: null, passphrase: null };
const elsewhere: ServiceOrder = { ...order, listen: '192.0.2.7:8443' };
const name = 'aleph-agent-safe.service';
const useradd = 'useradd --system --user-group --create-home --home-dir HOMES/aleph-agent-safe --key HOME_MODE=0700 --shell /bin/sh safe';
const addsUser = (): string => useradd.replace('HOMES', programs.folders.homes);

let programs: ReturnType<typeof machinePrograms>;
beforeEach(() => {
  programs = machinePrograms();
});
afterEach(() => programs.close());

/** A user that a person made before, as docs once had it. */
const withUser = (): string => {
  const home = join(programs.root, 'people', 'safe');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(programs.state, 'passwd'), `safe:x:991:991::${home}:/bin/bash\n`);
  return home;
};

describe('the unit of a safe', () => {
  it('is whole, and lets its process get at its own home and socket alone', () => {
    const words = ['/opt/no de/node', '/opt/x/bin/aleph-agent.js', 'serve', '--listen', '[::1]:8443', '--json'];
    expect(safeUnit({ user: 'keeper', home: '/var/lib/a %h "b"', words, passphrase: '/etc/aleph-agent/100%' })).toBe(`[Unit]
Description=aleph-agent safe: key, policy and ledger for agents
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=keeper
ExecStart="/opt/no de/node" "/opt/x/bin/aleph-agent.js" "serve" "--listen" "[::1]:8443" "--json"
LoadCredential=aleph-agent-passphrase:/etc/aleph-agent/100%%
Restart=always
RestartSec=5
SuccessExitStatus=143
KillMode=mixed
TimeoutStopSec=60
RuntimeDirectory=aleph-agent-safe
RuntimeDirectoryMode=0711
UMask=0077
MemoryMax=1G
MemorySwapMax=0
TasksMax=512
LimitCORE=0
ProtectSystem=strict
ReadWritePaths="/var/lib/a %%h \\"b\\""
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
LockPersonality=yes
KeyringMode=private
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @pkey
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`);
  });

  it('shows a home among those of people to its process, and no other one', () => {
    const unit = safeUnit({ user: 'safe', home: '/home/safe', words: ['/usr/bin/node'], passphrase: null });
    expect(unit).toContain('ProtectHome=tmpfs\nBindPaths="/home/safe"\n');
    expect(unit).not.toContain('LoadCredential');
  });

  const systemdAnalyze = (...words: string[]): string => {
    const env = { ...process.env, XDG_RUNTIME_DIR: programs.root };
    return execFileSync('systemd-analyze', words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };

  it.skipIf(findProgram('systemd-analyze') === null).each(['/var/lib/aleph-agent-safe', '/home/safe'])(
    'passes systemd-analyze verify with the home %s, and is exposed to little',
    (home) => {
      const path = join(programs.root, name);
      writeFileSync(path, safeUnit({ user: 'nobody', home, words: [process.execPath], passphrase: '/etc/hostname' }));
      expect(systemdAnalyze('verify', path)).toBe('');
      const [, exposure] = /Overall exposure level[^:]*: ([\d.]+)/.exec(systemdAnalyze('security', '--offline=true', path)) ?? [];
      expect(Number(exposure)).toBeLessThan(2.5);
    },
  );
});

describe('serve install with systemd (safe.md §2)', () => {
  it('says what it would do, in order, and does nothing', async () => {
    const { kind, file, steps, notes } = await serviceAt(programs).plan(order);
    expect({ kind, file, notes }).toEqual({ kind: 'systemd', file: join(programs.folders.systemd, name), notes: [] });
    expect(steps.map(({ text }) => text.split('\n')[0])).toEqual([
      addsUser(),
      '[Unit]',
      'systemctl daemon-reload',
      `systemctl enable ${name}`,
      `systemctl start ${name}`,
    ]);
    expect(programs.changes()).toEqual([]);
    expect(programs.unit(name)).toBeNull();
  });

  it('makes the user, and runs the unit that everybody may read; the second time there is nothing to do', async () => {
    const service = serviceAt(programs);
    expect(await service.install(order)).toHaveLength(5);
    expect(programs.users()).toEqual(['safe']);
    expect(programs.running()).toBe(programs.unit(name));
    expect(programs.isEnabled()).toBe(true);
    expect(statSync(join(programs.folders.systemd, name)).mode & 0o777).toBe(0o644);
    programs.forget();
    expect(await service.install(order)).toEqual([]);
    expect((await service.plan(order)).steps).toEqual([]);
    expect(programs.changes()).toEqual([]);
  });

  it('stops the safe before its unit becomes another one', async () => {
    const service = serviceAt(programs);
    await service.install(order);
    const done = await service.install({
      ...elsewhere,
      publicUrl: 'https://safe.example',
      tls: { certificate: '/etc/c.pem', key: '/etc/k.pem' },
    });
    expect(done.map(({ text }) => text.split('\n')[0])).toEqual([
      `systemctl stop ${name}`,
      '[Unit]',
      'systemctl daemon-reload',
      `systemctl enable ${name}`,
      `systemctl start ${name}`,
    ]);
    expect(programs.running()).toContain(
      '"serve" "--listen" "192.0.2.7:8443" "--public-url" "https://safe.example" "--tls-cert" "/etc/c.pem" "--tls-key" "/etc/k.pem" "--json"',
    );
  });

  it('takes a user that is there with its home, and says when that is right', async () => {
    const home = withUser();
    const { steps, notes } = await serviceAt(programs).plan(order);
    expect(steps.map(({ text }) => text)).not.toContain(addsUser());
    expect(steps[0]!.text).toContain(`ReadWritePaths="${home}"`);
    expect(notes).toEqual([expect.stringContaining('right only where no agent ever ran as that user')]);
  });

  it('makes the home of a user that was written down without one', async () => {
    rmSync(withUser(), { recursive: true });
    const done = await serviceAt(programs).install(order);
    expect(done[0]!.text).toBe(`install -d -m 700 -o safe ${join(programs.root, 'people', 'safe')}`);
    expect((await serviceAt(programs).plan(order)).steps).toEqual([]);
  });

  it('starts a service that was stopped, or is not started with the machine, without writing it anew', async () => {
    const service = serviceAt(programs);
    await service.install(order);
    for (const stop of [`systemctl stop ${name}`, `systemctl disable ${name}`]) {
      execFileSync('/bin/sh', ['-c', stop], { env: programs.env });
      expect((await service.install(order)).map(({ does }) => does)).not.toContain(`Write ${join(programs.folders.systemd, name)}`);
      expect([programs.running(), programs.isEnabled()]).toEqual([programs.unit(name), true]);
    }
  });

  const lines = [useradd, 'systemctl daemon-reload', `systemctl enable ${name}`, `systemctl start ${name}`, `systemctl stop ${name}`];
  const strikes = lines.flatMap((line) => (['before', 'after'] as const).map((when) => ({ line, when })));

  it.each(strikes)('is finished by the next one where it was killed $when: $line', async ({ line, when }) => {
    const installing = await serviceProcess(programs, 'linux');
    if (line.includes(' stop ')) await installing(order);
    const wanted = line.includes(' stop ') ? elsewhere : order;
    programs.strike({ line: line.replace('HOMES', programs.folders.homes), when });
    expect(await installing(wanted)).toBe('SIGKILL');
    programs.strike(null);
    expect(await installing(wanted)).toBeNull();
    expect(programs.users()).toEqual(['safe']);
    expect(programs.running()).toBe(programs.unit(name));
    expect(programs.running()?.includes('192.0.2.7')).toBe(wanted === elsewhere);
    expect(programs.isEnabled()).toBe(true);
    expect((await serviceAt(programs).plan(wanted)).steps).toEqual([]);
  });

  it('tells which program failed and what it said, as somebody else’s words', async () => {
    programs.program('useradd', `printf 'useradd: cannot lock /etc/passwd\\033[31m; \\342\\200\\256try again\\n' >&2; exit 1`);
    await expect(serviceAt(programs).install(order)).rejects.toMatchObject({
      code: 'NO_SERVICE',
      message: `"${addsUser()}" ended with exit code 1 (it says: useradd: cannot lock /etc/passwd; try again). What was done before it stays.`,
      details: { sideEffects: 'unknown', facts: { exit: 1, untrustedSaid: 'useradd: cannot lock /etc/passwd; try again' } },
    });
    expect(programs.unit(name)).toBeNull();
    programs.program('useradd', 'exit 127');
    await expect(serviceAt(programs).install(order)).rejects.toMatchObject({ message: expect.stringContaining('is not on this machine') });
  });
});

describe('serve install refuses', () => {
  const refusal = (given: Partial<ServiceOrder>, machine: Parameters<typeof serviceAt>[1] = {}) =>
    serviceAt(programs, machine)
      .check({ ...order, ...given })
      .then(
        () => null,
        ({ code, message, details }) => ({ code, message, fix: details.fix?.text }),
      );

  it('nothing of an order that can be done', async () => expect(await refusal({})).toBeNull());

  it('whoever is not root, with the line that does it', async () => {
    const refused = await refusal({ listen: '[::1]:8443', passphrase: '/etc/pass word' }, { uid: 1000 });
    expect(refused).toMatchObject({ code: 'USAGE', message: expect.stringContaining('root’s') });
    expect(refused!.fix).toBe(
      "Type: sudo /opt/node/bin/node /opt/aleph-agent/bin/aleph-agent.js serve install --user safe --listen '[::1]:8443' --credential '/etc/pass word'",
    );
  });

  it('a machine without systemd, with what another service manager is to run', async () => {
    programs.program('systemctl', 'echo "System has not been booted with systemd" >&2; exit 1');
    const refused = await refusal({}, { uid: 1000 });
    expect(refused).toMatchObject({ code: 'NO_SERVICE', message: expect.stringContaining('as in a container') });
    expect(refused!.fix).toContain('/opt/node/bin/node /opt/aleph-agent/bin/aleph-agent.js serve --json');
    // what it would be elsewhere is shown all the same
    expect((await serviceAt(programs).plan(order)).steps).toHaveLength(5);
    await expect(serviceAt(programs).install(order)).rejects.toMatchObject({ code: 'NO_SERVICE' });
    expect(programs.users()).toEqual([]);
  });

  it('root as its user, and whoever typed sudo', async () => {
    expect(await refusal({ user: 'root' })).toMatchObject({ code: 'USAGE', message: expect.stringContaining('is root') });
    await expect(serviceAt(programs).plan({ ...order, user: 'root' })).rejects.toMatchObject({ code: 'USAGE' });
    const refused = await refusal({ user: 'alice' }, { env: { SUDO_USER: 'alice' } });
    expect(refused).toMatchObject({ code: 'USAGE', message: expect.stringContaining('--user "alice" is who types this') });
  });

  it('a program, or a certificate, in the home of a person', async () => {
    const node = '/home/alice/.nvm/bin/node';
    expect(await refusal({}, { execPath: node })).toMatchObject({ message: expect.stringContaining(`${node} lies in somebody's home`) });
    const file = join(programs.root, 'c.pem');
    writeFileSync(file, '');
    const missing = join(programs.root, 'none.pem');
    expect(await refusal({ tls: { certificate: file, key: missing } })).toMatchObject({ message: `"${missing}" is not there.` });
    expect(await refusal({ tls: { certificate: file, key: file } })).toBeNull();
    expect(await refusal({ passphrase: missing })).toMatchObject({ message: `"${missing}" is not there.` });
  });

  it('where its folder cannot be written to', async () => {
    const folder = join(programs.folders.systemd, name);
    mkdirSync(folder);
    await expect(serviceAt(programs).install(order)).rejects.toMatchObject({
      code: 'NO_SERVICE',
      message: expect.stringContaining('EISDIR'),
    });
  });
});

describe('serve uninstall with systemd', () => {
  it('stops the safe, takes the unit away, and leaves the user', async () => {
    const service = serviceAt(programs);
    await service.install(order);
    expect((await service.planRemoval()).steps.map(({ text }) => text)).toEqual([
      `systemctl disable --now ${name}`,
      `rm ${join(programs.folders.systemd, name)}`,
      'systemctl daemon-reload',
    ]);
    expect(programs.running()).not.toBeNull();
    expect(await service.uninstall()).toHaveLength(3);
    expect([programs.running(), programs.isEnabled(), programs.unit(name), programs.users()]).toEqual([null, false, null, ['safe']]);
    expect(await service.uninstall()).toEqual([]);
    expect(await service.status()).toBeNull();
  });

  it.each(['before', 'after'] as const)('is finished by the next one where it was killed %s the stop', async (when) => {
    const doing = await serviceProcess(programs, 'linux');
    await doing(order);
    programs.strike({ line: `systemctl disable --now ${name}`, when });
    expect(await doing(null)).toBe('SIGKILL');
    programs.strike(null);
    expect(await doing(null)).toBeNull();
    expect([programs.running(), programs.isEnabled(), programs.unit(name)]).toEqual([null, false, null]);
  });

  it('is root’s, and needs systemd', async () => {
    await expect(serviceAt(programs, { uid: 1000 }).checkRemoval()).rejects.toMatchObject({
      code: 'USAGE',
      details: { fix: { text: 'Type: sudo /opt/node/bin/node /opt/aleph-agent/bin/aleph-agent.js serve uninstall' } },
    });
    programs.program('systemctl', 'exit 1');
    await expect(serviceAt(programs).checkRemoval()).rejects.toMatchObject({ code: 'NO_SERVICE' });
  });
});

describe('the state of the service', () => {
  it('is told with its user and its socket, in the words of systemd', async () => {
    const service = serviceAt(programs, { uid: programs.uid });
    expect(await service.status()).toBeNull();
    await serviceAt(programs).install(order);
    const file = join(programs.folders.systemd, name);
    const socket = { url: `unix:${programs.folders.run}/aleph-agent-safe/agents.sock`, pin: null, uid: programs.uid };
    const whole = { kind: 'systemd', file, state: 'active', enabled: true, user: 'safe', socket, ours: true, log: `journalctl -u ${name}` };
    expect(await service.status()).toEqual(whole);
    writeFileSync(join(programs.state, 'started'), 'failed\n');
    expect(await serviceAt(programs, { uid: programs.uid + 1 }).status()).toEqual({ ...whole, state: 'failed', ours: false });
    programs.program('systemctl', 'exit 1');
    programs.program('getent', 'exit 2');
    expect(await service.status()).toEqual({ ...whole, state: null, enabled: null, socket: null, ours: false });
  });

  it.skipIf(process.getuid?.() === 0)('is a failure where the unit cannot be read', async () => {
    await serviceAt(programs).install(order);
    chmodSync(join(programs.folders.systemd, name), 0);
    await expect(serviceAt(programs).status()).rejects.toMatchObject({ code: 'NO_SERVICE' });
  });
});
