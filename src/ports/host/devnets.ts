import type { CreditChain } from '../../domain/topup/credit-chain.ts';
import type { Token } from '../../domain/topup/token.ts';
import type { Bill } from '../../domain/trials/judge-sides.ts';

/**
 * Real time after which a devnet of this machine that does not answer is taken for gone, ms: where nobody listens the refusal comes at once, and on
 * a busy machine it may take its time.
 */
export const devnetAnswersWithinMs = 20_000;

/** The document that `devnet up` prints: the URLs of its hosts, its nodes, and accounts whose keys are no secret. */
export interface DevnetDocument {
  /** Random, made with the devnet. */
  id: string;
  endpoints: { ccn: string; ccns: string[]; crnsList: string; scheduler: string; control: string };
  crns: { hash: string; name: string; address: string; generation: string }[];
  accounts: { address: string; privateKey: string }[];
  /** Where its credits are sold; null for nowhere. */
  evm: { rpc: string; chain: CreditChain } | null;
  token: string;
}

export interface DevnetOrder {
  /** The port of the devnet's control endpoint; 0 takes any free one. */
  port: number;
  seed: number;
  nodes: number;
  /** The devnet's time at its start, ms; null for now. */
  at: number | null;
  clockRate: number;
  /** `waits`: the clock stands still until every process that lives by it waits, then jumps to the next event. */
  clock: 'runs' | 'waits';
  fund: { address: string; usd: string }[];
  /** URL of the anvil node on which its credits are sold; null for nowhere. */
  evm: string | null;
  /** The folder that keeps the devnet's state between runs; null keeps nothing. */
  stateFolder: string | null;
  /** `exec`: guests run commands on this machine, without isolation. */
  guests: 'banner' | 'exec';
}

export interface RunningDevnet {
  document: DevnetDocument;
  /** Settles when the control endpoint was told to shut the devnet down. */
  ended: Promise<void>;
  close(): Promise<void>;
}

export interface DevnetTime {
  now: number;
  /** Seconds per second. */
  rate: number;
  /** Whether it stands still until all who live by it wait. */
  waits: boolean;
}

/** The control endpoint of a running devnet. Throws `DEVNET_NOT_RUNNING`, or `USAGE` with the devnet's own sentence for what it refuses. */
export interface DevnetControl {
  readonly url: string;
  document(): Promise<Omit<DevnetDocument, 'token' | 'accounts' | 'evm'> & { accounts: { address: string }[] }>;
  time(): Promise<DevnetTime>;
  state(): Promise<{ messages: Record<string, number>; vms: Record<string, number>; balances: Record<string, string> }>;
  /** What is billed, of all accounts. */
  bills(): Promise<Bill[]>;
  faults(): Promise<unknown[]>;
  advance(ms: number): Promise<DevnetTime>;
  setRate(rate: number): Promise<DevnetTime>;
  /** Resolves with the account's new balance in credits, as digits. */
  fund(address: string, usd: string): Promise<string>;
  /** Gives tokens on the EVM chain, in smallest units, and ETH for gas. */
  giveTokens(address: string, token: Token, units: bigint): Promise<void>;
  fault(words: readonly string[]): Promise<unknown>;
  clearFaults(): Promise<void>;
  down(): Promise<void>;
}

/** Devnets: starts one in this process, and steers the one that runs. */
export interface Devnets {
  /** Serves a devnet and notes it in this home. Throws `DEVNET_RUNNING` where one runs here already. */
  serve(order: DevnetOrder): Promise<RunningDevnet>;
  control(): Promise<DevnetControl>;
}
