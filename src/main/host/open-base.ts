import { mainnetHosts } from '../../adapters/aleph/http/mainnet.ts';
import { atWork, isAttending } from '../../adapters/host/at-work.ts';
import { fileCache } from '../../adapters/host/file-cache.ts';
import { homeFolders } from '../../adapters/host/home.ts';
import { privateFiles } from '../../adapters/host/private-files.ts';
import { systemRandom } from '../../adapters/host/random.ts';
import { openSecrets, passphraseFile } from '../../adapters/host/read-secret.ts';
import { openKeystore } from '../../adapters/keystore/open-keystore.ts';
import { checkNetwork } from '../../adapters/settings/check-network.ts';
import { networkName } from '../../adapters/settings/network-name.ts';
import { openSettings } from '../../adapters/settings/open-settings.ts';
import { type Network, resolveNetwork } from '../../adapters/settings/resolve-network.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import { knownFailure } from '../../domain/failure/known-failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallOptions } from '../../surfaces/cli/call-options.ts';
import type { World } from '../context.ts';
import { clockOf } from './clock-of.ts';

/** A network, or why there is none, and its clock. */
export interface Reached {
  network: Network | Failure;
  clock: Clock;
}

/** What the ports of one call are opened with. `warm`: a network that calls of the same moment may share; null: the call looks itself. */
export const openBase = async (
  world: World,
  options: CallOptions,
  warm: { network(name: string, reach: () => Promise<Reached>): Promise<Reached> } | null,
) => {
  const env = world.environment;
  const folders = homeFolders(env);
  const files = privateFiles();
  const random = systemRandom();
  const settings = openSettings({ file: folders.settings, files, ignored: options.settingsIgnored });
  const preferred = options.network === null ? (settings.values().network?.toString() ?? null) : null;
  const name = networkName({ flag: options.network, env, preferred });
  const mainnet = mainnetHosts;
  if (options.needsNetwork) checkNetwork(name, settings, mainnet, options.spends);
  const reach = async (): Promise<Reached> => {
    const network = await resolveNetwork({ name, env, settings, mainnet, devnetFolder: folders.devnet, files, fetch }).catch(knownFailure);
    return { network, clock: await clockOf(network) };
  };
  const { network, clock } = await (warm?.network(name, reach) ?? reach());
  const cache = fileCache({ folder: folders.cache, files, clock });
  const secrets = openSecrets({
    get stdin() {
      return world.stdin;
    },
    ask: options.askSecret,
    source: options.passphraseSource ?? passphraseFile(env),
    warn: options.warn,
  });
  const keystore = openKeystore({
    folder: folders.keys,
    files,
    settings,
    clock,
    random,
    passphrase: ({ name: key }, wrong) =>
      wrong === 0 ? secrets.passphrase({ use: 'unlock', key }, null) : secrets.passphraseAgain(key, wrong),
    account: options.account,
    unlocked: world.unlocked,
  });
  // a passphrase is waited for, and what makes a key of it takes a second or two with pauses
  const keys = atWork(clock, keystore);
  const leave = (): void => {
    if (isAttending(clock)) clock.leave();
  };
  return { folders, files, random, settings, name, network, clock, cache, secrets, keys, leave };
};
