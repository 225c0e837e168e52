import { Failure } from '../../domain/failure/failure.ts';
import { isNearHost } from '../../domain/reach/near-host.ts';
import { human } from '../../domain/suggest/fix.ts';
import { nearest } from '../../domain/text/nearest.ts';
import { operatorOf } from '../../domain/text/operator-of.ts';
import type { NetworkHosts, Settings } from '../../ports/settings.ts';

const builtIn: readonly string[] = ['mainnet', 'devnet'];

/**
 * The hosts of a network that the settings name. `CONFIG_INVALID` where they name none, or not all of its hosts, or one of another network:
 * under a second name it would have neither its keys nor its policy; and where a host is near, but the network is declared not to be private.
 */
export const namedNetwork = (name: string, settings: Pick<Settings, 'networks'>, mainnet: NetworkHosts): NetworkHosts => {
  const networks = settings.networks();
  const hosts = Object.hasOwn(networks, name) ? networks[name] : undefined;
  if (hosts === undefined) throw unknownNetwork(name, [...builtIn, ...Object.keys(networks)]);
  refuseShared(name, hosts, { ...networks, mainnet });
  const { ccn, crnsList, scheduler, rpc = null, chain = null, control = null } = hosts;
  // a devnet's control is on this machine, and so is the rest of it
  const isPrivate = hosts.private === true || control !== null;
  if (hosts.private === false && !isPrivate) refuseNear(name, hosts);
  if (ccn !== undefined && crnsList !== undefined && scheduler !== undefined)
    return { ccn, crnsList, scheduler, private: isPrivate, rpc, control, ...(chain === null ? {} : { chain }) };
  const missing = Object.entries({ ccn, crnsList, scheduler }).flatMap(([host, value]) => (value === undefined ? [host] : []));
  throw new Failure('CONFIG_INVALID', `The network "${name}" lacks ${missing.join(' and ')} in the settings.`, {
    fix: human('Say where it is.', 'config set', `networks.${name}.${missing[0]}`, 'URL'),
    facts: { network: name, missing },
  });
};

/** What a public network's hosts say of money must not come from this machine or its neighbours by a slip of the pen. */
const refuseNear = (name: string, { ccn = [], crnsList, scheduler }: Partial<NetworkHosts>): void => {
  const near = [...ccn, crnsList, scheduler].find((host) => host !== undefined && isNearHost(new URL(host).hostname));
  if (near === undefined) return;
  const why = `The host ${operatorOf(near)} of the network "${name}" is not public, and the network is not declared private.`;
  throw new Failure('CONFIG_INVALID', why, {
    fix: human(
      `Declare it private if "${name}" is a network of your own, whose list of CRNs is yours, too.`,
      'config set',
      `networks.${name}.private`,
      'true',
    ),
    facts: { network: name, host: operatorOf(near) },
  });
};

const refuseShared = (name: string, hosts: Partial<NetworkHosts>, networks: Record<string, Partial<NetworkHosts>>): void => {
  const own = hostsOf(hosts);
  for (const [other, theirs] of Object.entries(networks)) {
    const shared = other === name ? undefined : hostsOf(theirs).find((host) => own.includes(host));
    if (shared === undefined) continue;
    throw new Failure('CONFIG_INVALID', `The network "${name}" has the host ${shared} of ${other}: what is ${other} has that name alone.`, {
      fix: human(`Use ${other}, or give "${name}" hosts of its own.`),
      facts: { network: name, other, host: shared },
    });
  }
};

const hostsOf = ({ ccn = [], crnsList, scheduler }: Partial<NetworkHosts>): string[] =>
  [...ccn, crnsList, scheduler].flatMap((url) => (url === undefined ? [] : [operatorOf(url)]));

const unknownNetwork = (name: string, known: readonly string[]): Failure =>
  new Failure(
    'CONFIG_INVALID',
    `There is no network called "${name}": known are ${known.join(', ')}; others belong under "networks" in the settings.`,
    { facts: { network: name, nearest: nearest(name, known) } },
  );

/**
 * Refuses a name that nothing stands behind before anything is read or made for it: a key for such a network, or the empty list of
 * its VMs, would hide a slip of the pen. `CONFIG_INVALID`. What spends is refused on a network with near hosts that nobody declared private;
 * what looks and ends goes on there, as before such networks were declared.
 */
export const checkNetwork = (name: string, settings: Pick<Settings, 'networks'>, mainnet: NetworkHosts, spends: boolean): void => {
  if (builtIn.includes(name)) return;
  const hosts = namedNetwork(name, settings, mainnet);
  if (spends && !hosts.private) refuseNear(name, hosts);
};
