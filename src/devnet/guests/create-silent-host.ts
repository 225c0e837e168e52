import type { GuestHost } from './guest-host.ts';
import { createHostPorts } from './host-ports.ts';

/** Guests without sockets: ports are given out and nothing listens. */
export const createSilentHost = (): GuestHost => {
  const ports = createHostPorts();
  return {
    takePort: () => ports.take(),
    reservePort: (port) => void ports.claim(port),
    freePort: ports.free,
    open: async (_guest, wanted) => wanted ?? ports.take(),
    restart: () => undefined,
    close: () => undefined,
    purge: () => undefined,
    stop: async () => undefined,
  };
};
