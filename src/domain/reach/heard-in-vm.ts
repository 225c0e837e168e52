import { isNearHost, isThisMachine } from './near-host.ts';

/**
 * The hosts of a network that a VM at this address can reach: a private network's only from within one, and this machine's only where the
 * VM is on it.
 */
export const heardInVm = (hosts: readonly string[], address: string): string[] => {
  const name = address.includes(':') ? `[${address}]` : address;
  return hosts.filter((host) => {
    const { hostname } = new URL(host);
    return isThisMachine(hostname) ? isThisMachine(name) : isNearHost(name) || !isNearHost(hostname);
  });
};
