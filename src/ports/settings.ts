import type { SettingValues } from '../domain/limits/setting-keys.ts';

/** A network by configuration: where its hosts are. */
export interface NetworkHosts {
  ccn: string[];
  crnsList: string;
  scheduler: string;
  rpc: string | null;
  /** Set for a devnet: its control URL, which also tells the time. */
  control: string | null;
}

/** What a person chose: small, human-edited. Never money, keys or policy. */
export interface Settings {
  /** The file that holds them. */
  readonly path: string;
  /** The key chosen by `keys use`, per network. */
  chosenKey(network: string): string | null;
  chosenKeys(): Record<string, string>;
  chooseKey(network: string, key: string): Promise<void>;
  /** One that is being entered host by host may lack some yet. */
  networks(): Record<string, Partial<NetworkHosts>>;
  values(): SettingValues;
  /** Puts a value at this path (`['networks', 'lab', 'ccn']`), null takes it out. `CONFIG_INVALID` for what does not belong there. */
  put(path: readonly string[], value: unknown): Promise<void>;
}
