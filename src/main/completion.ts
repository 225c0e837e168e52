import { mainnetHosts } from '../adapters/aleph/http/mainnet.ts';
import { fileCache } from '../adapters/host/file-cache.ts';
import { homeFolders, isJoined } from '../adapters/host/home.ts';
import { privateFiles } from '../adapters/host/private-files.ts';
import { keyNames } from '../adapters/keystore/key-file.ts';
import { networkName } from '../adapters/settings/network-name.ts';
import { openSettings } from '../adapters/settings/open-settings.ts';
import { readRunningDevnet } from '../adapters/settings/running-devnet.ts';
import type { Manifest } from '../contract/declare/manifest.ts';
import { ofAgents } from '../contract/declare/wire.ts';
import { completionOf, type LocalNames } from '../surfaces/cli/complete/completion-of.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Names in the files of this home. What each needs loads when it is asked for; nothing is written, and no key is opened. */
const localNames = (environment: Environment): LocalNames => {
  const folders = homeFolders(environment);
  const files = privateFiles();
  const settings = openSettings({ file: folders.settings, files, ignored: false });
  const networkOf = (given: string | null): string =>
    networkName({ flag: given, env: environment, preferred: settings.values().network?.toString() ?? null });
  const listOf = (network: string): string | undefined => {
    if (network === 'mainnet') return mainnetHosts.crnsList;
    return network === 'devnet' ? readRunningDevnet(folders.devnet, files)?.endpoints.crnsList : settings.networks()[network]?.crnsList;
  };
  return {
    async vms(network) {
      const { vmNames } = await import('../adapters/ledger/vm-names.ts');
      return vmNames(folders.ledger, networkOf(network)).map(({ name, state }) => ({ value: name, what: state }));
    },
    async nodes(network, typed) {
      const crnsList = listOf(networkOf(network));
      if (crnsList === undefined) return [];
      const { nodeNames } = await import('../adapters/aleph/nodes/node-names.ts');
      // a list of any age will do
      const cache = fileCache({ folder: folders.cache, files, clock: { now: () => Number.POSITIVE_INFINITY } });
      return nodeNames(cache, crnsList).flatMap(({ hash, name }) => [
        ...(name === null ? [] : [{ value: name, what: hash }]),
        ...(/^[0-9a-f]+$/.test(typed) || name === null ? [{ value: hash, what: name ?? '' }] : []),
      ]);
    },
    keys: () => keyNames(folders.keys, files).map((value) => ({ value, what: '' })),
    networks: () => ['mainnet', 'devnet', ...Object.keys(settings.networks())],
  };
};

/** The lines that the shell's script reads (`completion`). */
export const completions = async (asked: { words: readonly string[]; manifest: Manifest; environment: Environment }): Promise<string[]> => {
  const all = asked.manifest.commands;
  const { kind, candidates } = await completionOf(
    isJoined(asked.environment) ? ofAgents(all) : all,
    asked.words,
    localNames(asked.environment),
  );
  return [`:${kind}`, ...candidates.map(({ value, what }) => `${value}\t${what}`)];
};
