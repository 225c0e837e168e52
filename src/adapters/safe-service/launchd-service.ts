import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ServiceOrder } from '../../ports/host/safe-service.ts';
import { type OsUser, osUser } from './os-user.ts';
import { safeDaemon } from './safe-daemon.ts';
import { serveWords } from './serve-words.ts';
import { programStep, type ServiceMachine, type Step } from './service-machine.ts';
import type { ServiceManager } from './service-manager.ts';
import { readUnit, removeStep, writeStep } from './unit-file.ts';

const label = 'cloud.aleph.aleph-agent.safe';

/** A daemon of the machine's launchd. It has no runtime folder of its own there, so the installation makes one that stays. */
export const launchdService = (machine: ServiceMachine, program: string, folder: string, sockets: string): ServiceManager => {
  const file = join(folder, `${label}.plist`);
  const socketFolder = join(sockets, 'aleph-agent-safe');
  const socket = join(socketFolder, 'agents.sock');
  const { tell } = machine;
  const step = (does: string, ...words: string[]): Step => programStep(tell, does, words, 'aleph-agent-safe.log in the home of its user');

  const state = async (): Promise<string | null> => {
    const { exit, stdout } = await tell('launchctl', ['print', `system/${label}`]);
    if (exit !== 0) return null;
    return /^\s*state = running/m.test(stdout) ? 'active' : 'activating';
  };

  const isOfUser = ({ uid }: OsUser): boolean => {
    const found = lstatSync(socketFolder, { throwIfNoEntry: false });
    return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o777) === 0o711;
  };

  const textOf = (order: ServiceOrder, home: string): string => {
    const [serve = '', ...rest] = serveWords(order);
    const passphrase = order.passphrase === null ? [] : ['--passphrase-file', order.passphrase];
    const words = [machine.execPath, program, serve, '--socket', socket, ...passphrase, ...rest];
    return safeDaemon({ label, user: order.user, words, log: join(home, 'aleph-agent-safe.log') });
  };

  const found = async ({ user: name }: ServiceOrder): Promise<OsUser> => {
    const user = await osUser(machine, name);
    if (user !== null) return user;
    throw new Failure('USAGE', `There is no user "${name}" on this machine, and macOS makes none by one command.`, {
      sideEffects: 'none',
      fix: human(`Make a standard user ${name} in System Settings, Users & Groups, or name another one with --user.`),
    });
  };

  return {
    kind: 'launchd',
    file,
    isHere: async () => machine.platform === 'darwin' && (await tell('launchctl', ['print', 'system'])).exit === 0,
    async left(order) {
      const user = await found(order);
      const text = textOf(order, user.home);
      const [before, now] = [readUnit(file), await state()];
      const isLoaded = before === text && now !== null;
      return {
        steps: [
          ...(isOfUser(user) ? [] : [step('Make the folder of its socket', 'install', '-d', '-m', '711', '-o', order.user, socketFolder)]),
          ...(now !== null && !isLoaded ? [step('Stop the safe', 'launchctl', 'bootout', `system/${label}`)] : []),
          ...(before === text ? [] : [writeStep(file, text)]),
          ...(isLoaded
            ? []
            : [
                step('Let launchd start it with the machine', 'launchctl', 'enable', `system/${label}`),
                step('Start it', 'launchctl', 'bootstrap', 'system', file),
              ]),
        ],
        notes: [`The home ${user.home} of ${user.name} is used as it is: right only where no agent ever ran as that user.`],
      };
    },
    async require(order) {
      await found(order);
    },
    async toRemove() {
      const isLoaded = (await state()) !== null;
      if (readUnit(file) === null && !isLoaded) return { steps: [], notes: [] };
      return {
        steps: [...(isLoaded ? [step('Stop the safe', 'launchctl', 'bootout', `system/${label}`)] : []), removeStep(file)],
        notes: [],
      };
    },
    async status() {
      const text = readUnit(file);
      if (text === null) return null;
      const name = /<key>UserName<\/key><string>([^<]+)</.exec(text)?.[1] ?? null;
      const user = name === null ? null : await osUser(machine, name);
      const now = await state();
      return {
        kind: 'launchd',
        file,
        state: now ?? 'inactive',
        enabled: null,
        user: name,
        socket: user === null ? null : { url: `unix:${socket}`, pin: null, uid: user.uid },
        ours: user !== null && machine.getuid?.() === user.uid,
        log: user === null ? 'log show' : join(user.home, 'aleph-agent-safe.log'),
      };
    },
  };
};
