import { join } from 'node:path';
import { commandWord, settingWord } from '../../domain/ending/unit-word.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { InstalledTimer } from '../../ports/host/reaper-timer.ts';
import { type HostMachine, tell } from './host-machine.ts';
import type { Timer } from './timer.ts';

/** A timer and a service of the user's own systemd. */
export const systemdTimer = (machine: HostMachine, files: PrivateFiles): Timer => {
  const folder = join(machine.env['XDG_CONFIG_HOME'] || join(machine.env['HOME'] ?? '/', '.config'), 'systemd', 'user');
  const nameOf = (unit: string): string => `aleph-agent-gc-${unit}`;
  const filesOf = (unit: string): string[] => ['service', 'timer'].map((kind) => join(folder, `${nameOf(unit)}.${kind}`));
  const systemctl = (...words: string[]) => tell(machine, 'systemctl', ['--user', ...words]);

  const look = async (unit: string): Promise<InstalledTimer | null> => {
    const own = filesOf(unit);
    if (own.some((file) => files.read(file) === null)) return null;
    const { exit } = await systemctl('is-active', '--quiet', `${nameOf(unit)}.timer`);
    const user = machine.env['USER'] || machine.env['LOGNAME'] || '';
    const linger = await tell(machine, 'loginctl', ['show-user', ...(user === '' ? [] : [user]), '--property=Linger']);
    return {
      kind: 'systemd',
      files: own,
      log: `journalctl --user -u ${nameOf(unit)}`,
      active: exit === 0,
      missing: linger.stdout.includes('Linger=yes') ? null : 'loginctl enable-linger, so that it runs while you are logged out',
    };
  };

  return {
    kind: 'systemd',
    isHere: async () => machine.platform === 'linux' && (await systemctl('show-environment')).exit === 0,
    async install({ unit, words, environment, everyMinutes }) {
      const [service = '', timer = ''] = filesOf(unit);
      files.replace(
        service,
        `[Unit]
Description=aleph-agent gc on ${unit}

[Service]
Type=oneshot
ExecStart=${words.map(commandWord).join(' ')}
${Object.entries(environment)
  .map(([name, value]) => `Environment=${settingWord(`${name}=${value}`)}\n`)
  .join('')}UMask=0077
TimeoutStartSec=1200
`,
      );
      files.replace(
        timer,
        `[Unit]
Description=When aleph-agent gc runs on ${unit}

[Timer]
OnBootSec=60
OnUnitActiveSec=${everyMinutes}min
AccuracySec=15s

[Install]
WantedBy=timers.target
`,
      );
      await systemctl('daemon-reload');
      await systemctl('enable', `${nameOf(unit)}.timer`);
      await systemctl('restart', `${nameOf(unit)}.timer`);
      const installed = await look(unit);
      if (installed?.active) return installed;
      throw new Failure('NO_TIMER', `systemd did not start ${nameOf(unit)}.timer; its files are in ${folder}.`, { facts: { folder } });
    },
    async uninstall(unit) {
      const there = filesOf(unit).some((file) => files.read(file) !== null);
      if (!there) return false;
      await systemctl('disable', '--now', `${nameOf(unit)}.timer`);
      for (const file of filesOf(unit)) files.remove(file);
      await systemctl('daemon-reload');
      return true;
    },
    status: look,
  };
};
