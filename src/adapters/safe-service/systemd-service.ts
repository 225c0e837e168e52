import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ServiceOrder } from '../../ports/host/safe-service.ts';
import { type OsUser, osUser } from './os-user.ts';
import { isOfPeople, runtimeFolder, safeUnit } from './safe-unit.ts';
import { serveWords } from './serve-words.ts';
import { programStep, type ServiceMachine, type Step } from './service-machine.ts';
import type { ServiceManager } from './service-manager.ts';
import { readUnit, removeStep, writeStep } from './unit-file.ts';

const unit = 'aleph-agent-safe.service';

const log = `journalctl -u ${unit}`;

/** As `systemctl show` has it; states in which a process of it may run, or is about to. */
const running = ['active', 'activating', 'reloading', 'deactivating'];

/** A service of the machine's systemd. */
export const systemdService = (
  machine: ServiceMachine,
  program: string,
  { systemd, run, homes }: { systemd: string; run: string; homes: string },
): ServiceManager => {
  const file = join(systemd, unit);
  const homeOf = (name: string): string => join(homes, `aleph-agent-${name}`);
  const { tell } = machine;
  const step = (does: string, ...words: string[]): Step => programStep(tell, does, words, log);

  const shown = async (): Promise<Record<string, string>> => {
    const { exit, stdout } = await tell('systemctl', ['show', '--property=ActiveState,UnitFileState,User', unit]);
    if (exit !== 0) return {};
    return Object.fromEntries(stdout.split('\n').map((line) => line.split('=', 2) as [string, string]));
  };

  /** What a person should change before: nothing of it would be seen by the service. */
  const requireSeen = ({ tls }: ServiceOrder, home: string): void => {
    const named = [machine.execPath, program, ...(tls === null ? [] : [tls.certificate, tls.key])];
    const unseen = named.find((path) => isOfPeople(path) && !path.startsWith(`${home}/`));
    if (unseen === undefined) return;
    const fix = [machine.execPath, program].includes(unseen)
      ? 'Install node and the program as root, for all users: npm install --global aleph-agent.'
      : 'Put it where the safe’s user reads it and nobody else writes, below /etc.';
    throw new Failure('USAGE', `${unseen} lies in somebody's home, which a service does not see, and who owns it could change it.`, {
      sideEffects: 'none',
      fix: human(fix),
      facts: { path: unseen },
    });
  };

  const textOf = (order: ServiceOrder, home: string): string =>
    safeUnit({ ...order, home, words: [machine.execPath, program, ...serveWords(order)] });

  const toInstall = async (order: ServiceOrder, user: OsUser | null): Promise<Step[]> => {
    const text = textOf(order, user?.home ?? homeOf(order.user));
    const before = readUnit(file);
    const now = await shown();
    const runs = running.includes(now['ActiveState'] ?? '');
    const isAsWanted = before === text;
    const make = ['useradd', '--system', '--user-group', '--create-home', '--home-dir', homeOf(order.user)];
    const toMake = [...make, '--key', 'HOME_MODE=0700', '--shell', '/bin/sh', order.user];
    const makeHome = ['install', '-d', '-m', '700', '-o', order.user];
    const isStarted = isAsWanted && now['ActiveState'] === 'active';
    const isEnabled = isAsWanted && now['UnitFileState'] === 'enabled';
    return [
      ...(user === null ? [step(`Make the user ${order.user}, who has no password`, ...toMake)] : []),
      // a useradd that was killed may have written down a user without a home
      ...(user === null || existsSync(user.home) ? [] : [step('Make the home of that user', ...makeHome, user.home)]),
      // stopped first: an installation that is broken off leaves nothing running by the earlier unit that looks like the new one
      ...(runs && !isAsWanted ? [step('Stop the safe, which has half a minute for the calls under way', 'systemctl', 'stop', unit)] : []),
      ...(isAsWanted ? [] : [writeStep(file, text)]),
      ...(isStarted && isEnabled ? [] : [step('Let systemd read it', 'systemctl', 'daemon-reload')]),
      ...(isEnabled ? [] : [step('Have it started with the machine', 'systemctl', 'enable', unit)]),
      ...(isStarted ? [] : [step('Start it', 'systemctl', 'start', unit)]),
    ];
  };

  return {
    kind: 'systemd',
    file,
    isHere: async () => machine.platform === 'linux' && (await tell('systemctl', ['show-environment'])).exit === 0,
    async left(order) {
      const user = await osUser(machine, order.user);
      const notes =
        user === null
          ? []
          : [
              `User ${user.name} is there already, and its home ${user.home} is used as it is: right only where no agent ever ran as that user.`,
            ];
      return { steps: await toInstall(order, user), notes };
    },
    async require(order) {
      requireSeen(order, (await osUser(machine, order.user))?.home ?? homeOf(order.user));
    },
    async toRemove() {
      if (readUnit(file) === null) return { steps: [], notes: [] };
      return {
        steps: [
          step('Stop the safe, and have it started no more', 'systemctl', 'disable', '--now', unit),
          removeStep(file),
          step('Let systemd forget it', 'systemctl', 'daemon-reload'),
        ],
        notes: [],
      };
    },
    async status() {
      const text = readUnit(file);
      if (text === null) return null;
      const now = await shown();
      const name = /^User=(.+)$/m.exec(text)?.[1] ?? null;
      const user = name === null ? null : await osUser(machine, name);
      return {
        kind: 'systemd',
        file,
        state: now['ActiveState'] || null,
        enabled: now['UnitFileState'] === undefined ? null : now['UnitFileState'] === 'enabled',
        user: name,
        socket: user === null ? null : { url: `unix:${join(run, runtimeFolder, 'agents.sock')}`, pin: null, uid: user.uid },
        ours: user !== null && machine.getuid?.() === user.uid,
        log,
      };
    },
  };
};
