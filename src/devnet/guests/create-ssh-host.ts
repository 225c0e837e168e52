import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Guest, GuestAnswer, GuestHost } from './guest-host.ts';
import { createGuestMachine, type GuestMachine, type MachineWorld } from './guest-machine.ts';
import { type GuestServer, openGuestServer } from './guest-server.ts';
import { publicHostKey } from './host-key.ts';
import { createHostPorts } from './host-ports.ts';
import { type OpenForward, openForward } from './open-forward.ts';
import type { RunCommand } from './serve-session.ts';

export interface SshHostOptions {
  /** Private folders of the guests go here; it must exist. */
  folder: string;
  /** Where its host keys come from: other devnets have others. */
  source: string;
  /** Commands run on this machine, without isolation. Otherwise they are refused. */
  exec: boolean;
  /** Guests that run commands live by this clock. */
  world: MachineWorld;
}

interface Open {
  server: GuestServer;
  /** null: it runs nothing. */
  machine: GuestMachine | null;
}

/**
 * Guests with real SSH servers on loopback. `<folder>/<disk>/root` is a guest's home, `<folder>/<disk>/volumes` its volumes,
 * `<folder>/<disk>/system` what it has of a system.
 */
export const createSshHost = ({ folder, source, exec, world }: SshHostOptions): GuestHost => {
  const ports = createHostPorts();
  const open = new Map<string, Promise<Open>>();
  const forwards = new Map<number, OpenForward>();
  const openings = new Map<string, Promise<number>>();
  let stopped = false;

  const runIn = (machine: GuestMachine | null): RunCommand => (machine === null ? null : (command) => machine.run(command));

  const nameOf = ({ disk, installation }: Pick<Guest, 'disk' | 'installation'>): string => `${source}/${disk}/${installation}`;

  const closeForward = (port: number): void => {
    forwards.get(port)?.close();
    forwards.delete(port);
  };

  const forwardAt = async (guest: Pick<Guest, 'hash' | 'answers'>, guestPort: number, wanted: number | null): Promise<number> => {
    let port = wanted ?? ports.take();
    if (!exec || stopped || forwards.has(port)) return port;
    // a port of ours in between would lead round in a circle
    const answers = (): GuestAnswer => (ports.holds(guestPort) ? 'refused' : guest.answers());
    for (;;) {
      const opened = await openForward({ hash: guest.hash, answers }, guestPort, port);
      if (opened !== null) {
        forwards.set(port, opened);
        return port;
      }
      port = ports.take(port + 1);
    }
  };

  const openAt = async (guest: Guest, wanted: number | null): Promise<Open> => {
    const machine = exec ? createGuestMachine(guest, folder, world) : null;
    const run = runIn(machine);
    let port = wanted ?? ports.take();
    for (;;) {
      const server = await openGuestServer(guest, { port, keyName: nameOf(guest), run });
      if (server !== null) {
        machine?.boot();
        return { server, machine };
      }
      port = ports.take(port + 1);
    }
  };

  const close = async (hash: string): Promise<void> => {
    const opening = open.get(hash);
    open.delete(hash);
    for (const [port, forward] of forwards) if (forward.guest === hash) closeForward(port);
    const opened = await opening;
    opened?.server.close();
    opened?.machine?.halt();
  };

  return {
    takePort: () => ports.take(),
    reservePort: (port) => void ports.claim(port),
    freePort: (port) => {
      closeForward(port);
      ports.free(port);
    },
    hostKey: (guest) => publicHostKey(nameOf(guest)),
    forward: (guest, guestPort, wanted) => {
      const name = `${guest.hash}/${guestPort}`;
      const opening = openings.get(name) ?? forwardAt(guest, guestPort, wanted).finally(() => openings.delete(name));
      openings.set(name, opening);
      return opening;
    },
    open: async (guest, wanted) => {
      if (stopped) throw new Error('The devnet is closing.');
      const opening = open.get(guest.hash) ?? openAt(guest, wanted);
      open.set(guest.hash, opening);
      return (await opening).server.port;
    },
    restart: (hash) => {
      void open.get(hash)?.then(({ server, machine }) => {
        server.disconnect();
        machine?.halt();
        machine?.boot();
      });
    },
    close: (hash) => void close(hash),
    purge: (disk, what) => {
      const parts = what === 'all' ? ['.'] : what === 'rootfs' ? ['root', 'system'] : ['volumes'];
      for (const part of parts) rmSync(join(folder, disk, part), { recursive: true, force: true });
    },
    stop: async () => {
      stopped = true;
      await Promise.all([...open.keys()].map(close));
      for (const port of [...forwards.keys()]) closeForward(port);
    },
  };
};
