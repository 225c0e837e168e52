import type { SettingValues } from '../domain/limits/setting-keys.ts';
import type { CreditChain } from '../domain/topup/credit-chain.ts';

/** The hosts of a network, from the configuration. */
export interface NetworkHosts {
  ccn: string[];
  crnsList: string;
  scheduler: string;
  /** Whether it is a network of one's own, whose hosts, nodes and VMs may be on this machine or at private addresses. */
  private: boolean;
  /** An EVM node of the chain where credits are sold. */
  rpc: string | null;
  /** That chain, where it is not Ethereum's; absent for none. */
  chain?: CreditChain | null;
  /** Set for a devnet: its control URL, which also tells the time. */
  control: string | null;
}

/** The settings that a person chose, in a small file to be edited by hand. Never money, keys or policy. */
export interface Settings {
  /** Path of the settings file. */
  readonly path: string;
  /** Throws `CONFIG_INVALID` where the file cannot be used, even in a call that goes on without it. */
  check(): void;
  /** The key chosen by `keys use`, per network. */
  chosenKey(network: string): string | null;
  chosenKeys(): Record<string, string>;
  chooseKey(network: string, key: string): Promise<void>;
  /** The configured networks; one that is being entered host by host may still lack some. */
  networks(): Record<string, Partial<NetworkHosts>>;
  values(): SettingValues;
  /** URLs of `topup`. `priceSources` tell what a token costs: two, or none. `rpc`: nodes of Ethereum, two at most. */
  topUp(): Readonly<Record<'priceSources' | 'rpc', readonly string[]>>;
  /**
   * Sets the value at a path (`['networks', 'lab', 'ccn']`); null removes it. Throws `CONFIG_INVALID` for a value that does not belong
   * there.
   */
  put(path: readonly string[], value: unknown): Promise<void>;
}
