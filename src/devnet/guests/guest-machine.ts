import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DevnetClock } from '../world/clock.ts';
import { guestCommands } from './guest-commands.ts';
import type { Guest } from './guest-host.ts';
import { createGuestProcesses, type GuestProcesses } from './guest-processes.ts';
import { createGuestUnits } from './guest-units.ts';

export interface GuestMachine {
  /** Runs a command in the guest's folder, by its own clock and with its own service manager. */
  run(command: string): ReturnType<GuestProcesses['run']>;
  boot(): void;
  /** Ends every command; nothing is due any more. */
  halt(): void;
}

export interface MachineWorld {
  clock: DevnetClock;
  /** Where the devnet tells its time. */
  control: string;
}

const made = (path: string): string => {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
};

const hexOf = (...words: (string | number)[]): string => createHash('sha256').update(words.join('/')).digest('hex');

const uuidOf = (...words: (string | number)[]): string => hexOf(...words).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');

/** Root's folder on the guest's disk, and what is its own beside it: programs, units, and the files that say which machine it is. */
export const createGuestMachine = (guest: Guest, folder: string, { clock, control }: MachineWorld): GuestMachine => {
  const system = join(folder, guest.disk, 'system');
  const home = join(folder, guest.disk, 'root');
  const path = process.env['PATH'] ?? '/usr/bin:/bin';
  const processes = createGuestProcesses(`${join(system, 'bin')}:${path}`);

  let boots = 0;

  const put = (file: string, text: string): void => {
    made(join(system, file, '..'));
    writeFileSync(join(system, file), text);
  };

  const furnish = (): void => {
    for (const part of [
      home,
      join(folder, guest.disk, 'volumes'),
      ...['bin', 'linked', 'enabled', 'active'].map((one) => join(system, one)),
    ]) {
      made(part);
    }
    for (const [name, text] of Object.entries(guestCommands({ system, control, path }))) {
      writeFileSync(join(system, 'bin', name), text);
      chmodSync(join(system, 'bin', name), 0o700);
    }
    // of the disk: a copy has it, too
    if (!existsSync(join(system, 'etc/machine-id'))) put('etc/machine-id', `${hexOf(guest.disk, guest.installation).slice(0, 32)}\n`);
    // of the machine that the disk is in
    put('sys/class/dmi/id/product_uuid', `${hexOf(guest.hash).slice(0, 32)}\n`);
    put('run/cloud-init/instance-data.json', JSON.stringify({ local_hostname: hexOf('host', guest.hash).slice(0, 52) }));
  };

  /** After whatever ran: the guest may have turned itself off. */
  const settle = (): void => {
    if (existsSync(join(system, 'poweroff'))) {
      rmSync(join(system, 'poweroff'), { force: true });
      guest.poweredOff?.();
    } else units.refresh();
  };

  const run: GuestMachine['run'] = (command) => {
    // its disk may have been purged since
    if (!existsSync(join(system, 'bin'))) furnish();
    const child = processes.run(command, home);
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
    void ended.then(settle);
    return child;
  };

  const units = createGuestUnits(system, clock, (command) => {
    const child = run(command);
    child.stdin?.end();
    child.stdout?.resume();
    child.stderr?.resume();
    const exit = new Promise<number>((resolve) => {
      child.once('error', () => resolve(1)).once('close', (code) => resolve(code ?? 1));
    });
    clock.hold(exit);
    return exit;
  });

  return {
    run,
    boot: () => {
      furnish();
      put('proc/sys/kernel/random/boot_id', `${uuidOf('boot', guest.hash, clock.now(), boots++)}\n`);
      rmSync(join(system, 'poweroff'), { force: true });
      rmSync(join(system, 'active'), { recursive: true, force: true });
      made(join(system, 'active'));
      for (const name of readdirSync(join(system, 'enabled'))) writeFileSync(join(system, 'active', name), 'boot');
      units.boot();
    },
    halt: () => {
      units.halt();
      processes.kill();
    },
  };
};
