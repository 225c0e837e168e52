import type { Forward } from '../../domain/reach/forwards.ts';

/** Where a node makes a VM's ports reachable, its own word. `host`: its public IPv4 address. */
export interface OpenPorts {
  answered: boolean;
  host: string | null;
  ipv6: string | null;
  ports: (Forward & { hostPort: number })[];
}
