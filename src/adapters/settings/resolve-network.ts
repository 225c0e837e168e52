import * as z from 'zod';
import { creditChain } from '../../contract/settings/network-hosts.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';
import { devnetAnswersWithinMs } from '../../ports/host/devnets.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { NetworkHosts, Settings } from '../../ports/settings.ts';
import { namedNetwork } from './check-network.ts';
import { devnetEndpoints, readRunningDevnet } from './running-devnet.ts';

/** A network, ready to be talked to. */
export interface Network {
  /** What keys belong to. Every devnet is called `devnet`. */
  name: string;
  hosts: NetworkHosts;
  /** For a devnet of this home: what its control endpoint wants before it changes anything. */
  token: string | null;
  /** What tells one devnet from another; empty for every other network, and for a devnet whose state an earlier version kept. */
  id: string;
}

const document = z.object({
  endpoints: devnetEndpoints,
  evm: z
    .object({ rpc: z.string().refine(isLoopbackUrl), chain: creditChain })
    .nullable()
    .default(null),
  id: z
    .string()
    .regex(/^([0-9a-f]{32})?$/)
    .default(''),
});

/** The hosts of a network by its name (see `networkName`). `DEVNET_NOT_RUNNING`, or `CONFIG_INVALID` for a name that nothing stands behind. */
export const resolveNetwork = async (options: {
  name: string;
  env: Readonly<Record<string, string | undefined>>;
  settings: Settings;
  mainnet: NetworkHosts;
  devnetFolder: string;
  files: PrivateFiles;
  fetch: typeof globalThis.fetch;
}): Promise<Network> => {
  const { name, env, settings, mainnet, devnetFolder, files, fetch } = options;
  if (name === 'mainnet') return { name, hosts: mainnet, token: null, id: '' };
  if (name === 'devnet') {
    const running = readRunningDevnet(devnetFolder, files);
    const control = devnetElsewhere(env) ?? running?.endpoints.control;
    if (control === undefined) throw notRunning('No devnet runs in this home.');
    const asked = await askDevnet(control, fetch);
    return { name, ...asked, token: running !== null && sameUrl(running.endpoints.control, control) ? running.token : null };
  }
  const hosts = namedNetwork(name, settings, mainnet);
  return { name, hosts, token: null, id: hosts.control === null ? '' : (await askDevnet(hosts.control, fetch)).id };
};

/** `ALEPH_AGENT_DEVNET`: where control of a devnet of another home is; null where it is not set, `USAGE` where that is nowhere. */
export const devnetElsewhere = (env: Readonly<Record<string, string | undefined>>): string | null => {
  const control = env.ALEPH_AGENT_DEVNET || null;
  if (control === null || isLoopbackUrl(control)) return control;
  throw new Failure('USAGE', `ALEPH_AGENT_DEVNET "${control}" is no http URL on this machine: a devnet listens on 127.0.0.1 alone.`);
};

const sameUrl = (a: string, b: string): boolean => new URL(a).href === new URL(b).href;

const askDevnet = async (control: string, fetch: typeof globalThis.fetch): Promise<Pick<Network, 'hosts' | 'id'>> => {
  const response = await fetch(control, { signal: AbortSignal.timeout(devnetAnswersWithinMs), redirect: 'error' }).catch(
    (thrown: unknown) => {
      throw notRunning(`No devnet answers at ${control}.`, thrown);
    },
  );
  const parsed = document.safeParse(await response.json().catch(() => null));
  if (!parsed.success) throw notRunning(`What answers at ${control} is no devnet.`, parsed.error);
  const { evm, endpoints } = parsed.data;
  const { ccns, crnsList, scheduler } = endpoints;
  const sale = evm === null ? { rpc: null } : { rpc: evm.rpc, chain: evm.chain };
  return { hosts: { ccn: ccns, crnsList, scheduler, private: true, ...sale, control }, id: parsed.data.id };
};

const notRunning = (message: string, cause?: unknown): Failure =>
  new Failure('DEVNET_NOT_RUNNING', message, {
    fix: agent('Start one.', 'devnet up'),
    ...(cause === undefined ? {} : { cause }),
  });
