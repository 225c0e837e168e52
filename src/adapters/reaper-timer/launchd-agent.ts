import { join } from 'node:path';
import { plistText, plistWord } from '../../domain/ending/unit-word.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { InstalledTimer } from '../../ports/host/reaper-timer.ts';
import { type HostMachine, tell } from './host-machine.ts';
import type { Timer } from './timer.ts';

/** An agent of the user's own launchd. */
export const launchdAgent = (machine: HostMachine, files: PrivateFiles, log: (unit: string) => string): Timer => {
  const labelOf = (unit: string): string => `cloud.aleph.aleph-agent.gc.${unit}`;
  const fileOf = (unit: string): string => join(machine.env['HOME'] ?? '/', 'Library', 'LaunchAgents', `${labelOf(unit)}.plist`);
  const domain = `gui/${machine.getuid?.() ?? 0}`;

  const look = async (unit: string): Promise<InstalledTimer | null> => {
    const file = fileOf(unit);
    if (files.read(file) === null) return null;
    const { exit } = await tell(machine, 'launchctl', ['print', `${domain}/${labelOf(unit)}`]);
    return { kind: 'launchd', files: [file], log: log(unit), active: exit === 0, missing: null };
  };

  return {
    kind: 'launchd',
    isHere: async () => machine.platform === 'darwin' && (await tell(machine, 'launchctl', ['print', domain])).exit === 0,
    async install({ unit, words, environment, everyMinutes, log: logFile }) {
      const file = fileOf(unit);
      files.replace(
        file,
        `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key>${plistText(labelOf(unit))}
<key>ProgramArguments</key><array>${words.map(plistText).join('')}</array>
<key>EnvironmentVariables</key><dict>${Object.entries(environment)
          .map(([name, value]) => `<key>${plistWord(name)}</key>${plistText(value)}`)
          .join('')}</dict>
<key>StartInterval</key><integer>${everyMinutes * 60}</integer>
<key>RunAtLoad</key><true/>
<key>Umask</key><integer>63</integer>
<key>StandardOutPath</key>${plistText(logFile)}
<key>StandardErrorPath</key>${plistText(logFile)}
</dict></plist>
`,
      );
      await tell(machine, 'launchctl', ['bootout', `${domain}/${labelOf(unit)}`]);
      await tell(machine, 'launchctl', ['bootstrap', domain, file]);
      const installed = await look(unit);
      if (installed?.active) return installed;
      throw new Failure('NO_TIMER', `launchd did not take ${file}.`, { facts: { file } });
    },
    async uninstall(unit) {
      if (files.read(fileOf(unit)) === null) return false;
      await tell(machine, 'launchctl', ['bootout', `${domain}/${labelOf(unit)}`]);
      files.remove(fileOf(unit));
      return true;
    },
    status: look,
  };
};
