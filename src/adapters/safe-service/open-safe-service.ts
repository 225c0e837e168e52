import { existsSync } from 'node:fs';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shellWord } from '../../domain/text/shell-word.ts';
import type { SafeService, ServiceOrder, ServicePlan, ServiceStep } from '../../ports/host/safe-service.ts';
import { launchdService } from './launchd-service.ts';
import { osUser } from './os-user.ts';
import { absolute, requireRoot, serveWords } from './serve-words.ts';
import type { ServiceMachine, Step } from './service-machine.ts';
import type { Left, ServiceManager } from './service-manager.ts';
import { systemdService } from './systemd-service.ts';

interface Means {
  machine: ServiceMachine;
  /** Our own program, absolute. */
  program: string;
  /** Where units lie, homes are made, and sockets have their folders (systemd’s, and one that stays on macOS): elsewhere in tests alone. */
  folders?: { systemd: string; launchd: string; homes: string; run: string; sockets: string };
}

const usualFolders = {
  systemd: '/etc/systemd/system',
  launchd: '/Library/LaunchDaemons',
  homes: '/var/lib',
  run: '/run',
  sockets: '/var/db',
};

const shownSteps = (steps: readonly Step[]): ServiceStep[] => steps.map(({ does, text }) => ({ does, text }));

const take = async ({ steps }: Left): Promise<ServiceStep[]> => {
  for (const step of steps) await step.take();
  return shownSteps(steps);
};

/** Whichever of systemd and launchd this machine has. */
export const openSafeService = ({ machine, program, folders = usualFolders }: Means): SafeService => {
  const systemd = systemdService(machine, program, folders);
  const managers = [systemd, launchdService(machine, program, folders.launchd, folders.sockets)];

  const manager = async (): Promise<ServiceManager | null> => {
    for (const each of managers) if (await each.isHere()) return each;
    return null;
  };

  const required = async (order: ServiceOrder | null): Promise<ServiceManager> => {
    const found = await manager();
    if (found !== null) return found;
    const line = order === null ? null : [machine.execPath, program, ...serveWords(absolute(order))].map(shellWord).join(' ');
    throw new Failure('NO_SERVICE', 'This machine has neither a systemd that runs it nor launchd, as in a container.', {
      sideEffects: 'none',
      fix: human(
        line === null
          ? 'Stop the safe where it was started.'
          : `Let what runs services here run this, as a user that no agent is: ${line}. The unit for another machine: add --dry-run.`,
      ),
      ...(line === null ? {} : { facts: { line } }),
    });
  };

  const requireNotRoot = async ({ user }: ServiceOrder): Promise<void> => {
    if ((await osUser(machine, user))?.uid !== 0) return;
    throw new Failure('USAGE', `--user "${user}" is root: a fault of the safe would be one of the whole machine.`, {
      sideEffects: 'none',
      fix: human('Take a user of the safe’s own; without --user it is made.'),
    });
  };

  const requireFiles = ({ user, tls, passphrase }: ServiceOrder): void => {
    if (user === machine.env['SUDO_USER']) {
      throw new Failure('USAGE', `--user "${user}" is who types this: agents run as such a user, and would read the key.`, {
        sideEffects: 'none',
        fix: human('Take a user of the safe’s own; without --user it is made.'),
      });
    }
    const missing = [tls?.certificate, tls?.key, passphrase].find((path) => path != null && !existsSync(path));
    if (missing !== undefined) throw new Failure('USAGE', `"${missing}" is not there.`, { sideEffects: 'none', facts: { path: missing } });
  };

  return {
    async plan(given): Promise<ServicePlan> {
      const order = absolute(given);
      await requireNotRoot(order);
      const { kind, file, left } = (await manager()) ?? systemd;
      const { steps, notes } = await left(order);
      return { kind, file, steps: shownSteps(steps), notes };
    },
    async check(given) {
      const order = absolute(given);
      const found = await required(order);
      requireRoot(machine, program, order);
      requireFiles(order);
      await requireNotRoot(order);
      await found.require(order);
    },
    install: async (given) => take(await (await required(given)).left(absolute(given))),
    async checkRemoval() {
      await required(null);
      requireRoot(machine, program, null);
    },
    async planRemoval() {
      const { kind, file, toRemove } = (await manager()) ?? systemd;
      const { steps, notes } = await toRemove();
      return { kind, file, steps: shownSteps(steps), notes };
    },
    uninstall: async () => take(await (await required(null)).toRemove()),
    async status() {
      for (const each of managers) {
        const found = await each.status();
        if (found !== null) return found;
      }
      return null;
    },
  };
};
