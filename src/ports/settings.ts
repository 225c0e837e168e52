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
  /** The key chosen by `keys use`, per network. */
  chosenKey(network: string): string | null;
  chooseKey(network: string, key: string): Promise<void>;
  networks(): Record<string, NetworkHosts>;
}
