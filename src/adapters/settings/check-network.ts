import { Failure } from '../../domain/failure.ts';
import { nearest } from '../../domain/nearest.ts';
import type { NetworkHosts, Settings } from '../../ports/settings.ts';

/** The hosts of a network that the settings name. `CONFIG_INVALID` where they name none. */
export const namedNetwork = (name: string, settings: Settings): NetworkHosts => {
  const networks = settings.networks();
  const hosts = Object.hasOwn(networks, name) ? networks[name] : undefined;
  if (hosts !== undefined) return hosts;
  const known = ['mainnet', 'devnet', ...Object.keys(networks)];
  throw new Failure(
    'CONFIG_INVALID',
    `There is no network called "${name}": known are ${known.join(', ')}; others belong under "networks" in the settings.`,
    {
      facts: { network: name, nearest: nearest(name, known) },
    },
  );
};

/**
 * Refuses a name that nothing stands behind before anything is read or made for it: a key for such a network, or the empty list of
 * its VMs, would hide a slip of the pen. `CONFIG_INVALID`.
 */
export const checkNetwork = (name: string, settings: Settings): void => {
  if (name !== 'mainnet' && name !== 'devnet') namedNetwork(name, settings);
};
