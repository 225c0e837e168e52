import type { GuestHost } from './guest-host.ts';
import { publicHostKey } from './host-key.ts';
import { createHostPorts } from './host-ports.ts';

/** Guests without sockets: ports are given out and nothing listens. */
export const createSilentHost = (source: string): GuestHost => {
  const ports = createHostPorts();
  return {
    takePort: () => ports.take(),
    reservePort: (port) => void ports.claim(port),
    freePort: ports.free,
    hostKey: ({ disk, installation }) => publicHostKey(`${source}/${disk}/${installation}`),
    forward: async (_guest, _port, wanted) => wanted ?? ports.take(),
    open: async (_guest, wanted) => wanted ?? ports.take(),
    restart: () => undefined,
    close: () => undefined,
    purge: () => undefined,
    stop: async () => undefined,
  };
};
