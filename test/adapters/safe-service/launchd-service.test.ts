import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceOrder } from '../../../src/ports/host/safe-service.ts';
import { machinePrograms } from '../../support/safe/machine-programs.ts';
import { serviceAt, serviceProcess } from '../../support/safe/service-at.ts';

const order: ServiceOrder = { user: 'safe', listen: null, dashboard: true, publicUrl: null, tls: null, passphrase: null };
const elsewhere: ServiceOrder = { ...order, listen: '192.0.2.7:8443', passphrase: '/etc/pass & word' };
const label = 'cloud.aleph.aleph-agent.safe';
const name = `${label}.plist`;
/** Folders can be given to another user by root alone. */
const uid = process.getuid?.() === 0 ? 501 : process.getuid!();

let programs: ReturnType<typeof machinePrograms>;
beforeEach(() => {
  programs = machinePrograms();
  const chown = uid === 501 ? `&& chown ${uid} "$6"` : '';
  programs.program('install', `mkdir -p "$6" && chmod "$3" "$6" ${chown}`);
  writeFileSync(join(programs.state, 'users', 'safe'), `NFSHomeDirectory: /Users/safe\nUniqueID: ${uid}\n`);
});
afterEach(() => programs.close());

const service = (other = {}) => serviceAt(programs, { platform: 'darwin', ...other });

describe('serve install with launchd (safe.md §2)', () => {
  it('writes a daemon of that user, and has it started', async () => {
    const done = await service().install(elsewhere);
    const socket = join(programs.folders.sockets, 'aleph-agent-safe');
    expect(done.map(({ text }) => text.split('\n')[0])).toEqual([
      `install -d -m 711 -o safe ${socket}`,
      '<?xml version="1.0" encoding="UTF-8"?>',
      `launchctl enable system/${label}`,
      `launchctl bootstrap system ${join(programs.folders.launchd, name)}`,
    ]);
    expect(statSync(socket).mode & 0o777).toBe(0o711);
    const words = ['/opt/node/bin/node', '/opt/aleph-agent/bin/aleph-agent.js', 'serve', '--socket', `${socket}/agents.sock`];
    const more = ['--passphrase-file', '/etc/pass &amp; word', '--listen', '192.0.2.7:8443', '--json'];
    expect(programs.running()).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key><string>${label}</string>
<key>UserName</key><string>safe</string>
<key>ProgramArguments</key><array>${[...words, ...more].map((word) => `<string>${word}</string>`).join('')}</array>
<key>RunAtLoad</key><true/>
<key>KeepAlive</key><true/>
<key>ThrottleInterval</key><integer>5</integer>
<key>ExitTimeOut</key><integer>60</integer>
<key>Umask</key><integer>63</integer>
<key>HardResourceLimits</key><dict><key>Core</key><integer>0</integer></dict>
<key>StandardOutPath</key><string>/Users/safe/aleph-agent-safe.log</string>
<key>StandardErrorPath</key><string>/Users/safe/aleph-agent-safe.log</string>
</dict></plist>
`);
    expect(await service().install(elsewhere)).toEqual([]);
    expect((await service().install(order)).map(({ text }) => text)).toContain(`launchctl bootout system/${label}`);
    expect(programs.running()).not.toContain('192.0.2.7');
  });

  it('makes no user, and says who does', async () => {
    const missing = { ...order, user: 'keeper' };
    for (const ask of [service().check, service().plan]) {
      await expect(ask(missing)).rejects.toMatchObject({
        code: 'USAGE',
        message: 'There is no user "keeper" on this machine, and macOS makes none by one command.',
        details: { fix: { text: expect.stringContaining('System Settings') } },
      });
    }
    expect((await service().plan(order)).notes).toEqual([expect.stringContaining('right only where no agent ever ran as that user')]);
  });

  it('puts a folder of another user, or that others may list, right', async () => {
    const folder = join(programs.folders.sockets, 'aleph-agent-safe');
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    expect((await service().plan(order)).steps[0]!.text).toMatch(/^install -d -m 711/);
  });

  const file = (): string => join(programs.folders.launchd, name);
  const lines = [`launchctl enable system/${label}`, 'launchctl bootstrap system FILE', `launchctl bootout system/${label}`];
  it.each(lines.flatMap((line) => (['before', 'after'] as const).map((when) => ({ line, when }))))(
    'is finished by the next one where it was killed $when: $line',
    async ({ line, when }) => {
      const installing = await serviceProcess(programs, 'darwin');
      const wanted = line.includes('bootout') ? elsewhere : order;
      if (wanted === elsewhere) await installing(order);
      programs.strike({ line: line.replace('FILE', file()), when });
      expect(await installing(wanted)).toBe('SIGKILL');
      programs.strike(null);
      expect(await installing(wanted)).toBeNull();
      expect(programs.running()).toBe(programs.unit(name));
      expect((await service().plan(wanted)).steps).toEqual([]);
    },
  );

  it('is told, and taken out again', async () => {
    expect(await service().status()).toBeNull();
    await service().install(order);
    const socket = { url: `unix:${join(programs.folders.sockets, 'aleph-agent-safe/agents.sock')}`, pin: null, uid };
    expect(await service({ uid }).status()).toEqual({
      kind: 'launchd',
      file: file(),
      state: 'active',
      enabled: null,
      user: 'safe',
      socket,
      ours: true,
      log: '/Users/safe/aleph-agent-safe.log',
    });
    expect((await service().planRemoval()).steps.map(({ text }) => text)).toEqual([`launchctl bootout system/${label}`, `rm ${file()}`]);
    expect(await service().uninstall()).toHaveLength(2);
    expect([programs.running(), programs.unit(name), await service().status()]).toEqual([null, null, null]);
    expect(await service().uninstall()).toEqual([]);
  });
});
