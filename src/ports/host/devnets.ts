/** What `devnet up` prints: where its hosts listen, its nodes, and accounts that anybody may know the keys of. */
export interface DevnetDocument {
  endpoints: { ccn: string; ccns: string[]; crnsList: string; scheduler: string; control: string };
  crns: { hash: string; name: string; address: string; generation: string }[];
  accounts: { address: string; privateKey: string }[];
  token: string;
}

export interface DevnetOrder {
  /** Of the control surface; 0 takes any. */
  port: number;
  seed: number;
  nodes: number;
  /** Its time at the start, ms; null is now. */
  at: number | null;
  clockRate: number;
  /** `waits`: the clock stands still, and jumps to what is due next when every process that lives by it waits. */
  clock: 'runs' | 'waits';
  fund: { address: string; usd: string }[];
  /** Kept here between runs; null keeps nothing. */
  stateFolder: string | null;
  /** `exec`: guests run commands on this machine, without isolation. */
  guests: 'banner' | 'exec';
}

export interface RunningDevnet {
  document: DevnetDocument;
  /** Settles when somebody told control to go down. */
  ended: Promise<void>;
  close(): Promise<void>;
}

export interface DevnetTime {
  now: number;
  rate: number;
}

/** The control endpoint of a running devnet. `DEVNET_NOT_RUNNING`, `USAGE` for what it refuses, with its own sentence. */
export interface DevnetControl {
  readonly url: string;
  document(): Promise<Omit<DevnetDocument, 'token' | 'accounts'> & { accounts: { address: string }[] }>;
  time(): Promise<DevnetTime>;
  state(): Promise<{ messages: Record<string, number>; vms: Record<string, number>; balances: Record<string, string> }>;
  faults(): Promise<unknown[]>;
  advance(ms: number): Promise<DevnetTime>;
  setRate(rate: number): Promise<DevnetTime>;
  /** Answers the new balance in credits, as digits. */
  fund(address: string, usd: string): Promise<string>;
  fault(words: readonly string[]): Promise<unknown>;
  clearFaults(): Promise<void>;
  down(): Promise<void>;
}

/** Embedded networks: starting one in this process, and steering the one that runs. */
export interface Devnets {
  /** Serves one and notes it in this home. `DEVNET_RUNNING` when one runs here already. */
  serve(order: DevnetOrder): Promise<RunningDevnet>;
  control(): Promise<DevnetControl>;
}
