/** Host ports of all guests: 24000 to 65534, lowest free first (protocol-crn.md 5.2). One loopback address serves every node. */
export interface HostPorts {
  take(from?: number): number;
  /** True when it was free and is taken now. */
  claim(port: number): boolean;
  free(port: number): void;
  holds(port: number): boolean;
}

const first = 24_000;
const last = 65_534;

export const createHostPorts = (): HostPorts => {
  const taken = new Set<number>();
  const claim = (port: number): boolean => {
    if (taken.has(port)) return false;
    taken.add(port);
    return true;
  };
  return {
    claim,
    holds: (port) => taken.has(port),
    take: (from = first) => {
      for (let port = Math.max(first, from); port <= last; port++) if (claim(port)) return port;
      throw new RangeError(`All host ports from ${first} to ${last} are taken.`);
    },
    free: (port) => {
      taken.delete(port);
    },
  };
};
