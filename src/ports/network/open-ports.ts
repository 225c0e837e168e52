import type { Forward } from '../../domain/reach/forwards.ts';

/** Where a node makes a VM's ports reachable, as the node says. `host`: the node's public IPv4 address. */
export interface OpenPorts {
  answered: boolean;
  host: string | null;
  ipv6: string | null;
  ports: (Forward & { hostPort: number })[];
}
