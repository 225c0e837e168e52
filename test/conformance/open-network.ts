import { ethers } from 'ethers';
import { openCloud } from '../../src/adapters/aleph/open-cloud.ts';
import { createDevnet, type Devnet } from '../../src/devnet/create-devnet.ts';
import type { NewFault } from '../../src/devnet/http/fault.ts';
import { serveDevnet } from '../../src/devnet/serve-devnet.ts';
import type { Signer } from '../../src/ports/keys/keys.ts';
import type { NetworkUnderTest } from './network-contract.ts';

const options = { seed: 7, nodes: 40, at: Date.UTC(2026, 10, 20, 12), guests: 'banner' as const };

/** A signer over a plain wallet, for the network called `devnet`. */
export const walletSigner = (privateKey: string, network = 'devnet'): Signer => {
  const wallet = new ethers.Wallet(privateKey);
  return { address: wallet.address, network, signBytes: (bytes) => wallet.signMessage(bytes) };
};

const over = (devnet: Devnet, fetch: typeof globalThis.fetch): Omit<NetworkUnderTest, 'drive' | 'close'> => {
  const { origins, clock } = devnet;
  const kept = new Map<string, { at: number; value: unknown }>();
  const cache = {
    read: (key: string, maxAgeMs: number) => {
      const found = kept.get(key);
      return found !== undefined && clock.now() - found.at <= maxAgeMs ? found : null;
    },
    write: (key: string, value: unknown) => void kept.set(key, { at: clock.now(), value: structuredClone(value) }),
  };
  const hosts = {
    ccn: [origins.ccnA, origins.ccnB],
    crnsList: origins.crnsList,
    scheduler: origins.scheduler,
    rpc: null,
    private: true,
    control: origins.control,
  };
  const random = { bytes: (count: number) => new Uint8Array(count).fill(7), fraction: () => 0.5 };
  return {
    cloud: openCloud({ network: 'devnet', hosts, fetch, clock, random, cache }),
    clock,
    signers: devnet.accounts.map((account) => walletSigner(account.privateKey)),
    advance: (ms) => clock.advance(ms),
    fault: (fault) => void devnet.faults.add(fault as NewFault),
    clearFaults: () => devnet.faults.clear(),
  };
};

/** The devnet in this process, on a clock that stands still unless driven. */
export const openInProcess = async (): Promise<NetworkUnderTest> => {
  const devnet = createDevnet(options);
  return {
    ...over(devnet, devnet.fetch as typeof globalThis.fetch),
    drive: (work) => devnet.clock.drive(work),
    close: () => devnet.close(),
  };
};

/** The devnet over real HTTP on loopback, its clock running fast. */
export const openServed = async (): Promise<NetworkUnderTest & { devnet: Devnet }> => {
  const { devnet, close } = await serveDevnet(options);
  devnet.clock.run(40);
  return { ...over(devnet, globalThis.fetch), devnet, drive: (work) => work, close };
};
