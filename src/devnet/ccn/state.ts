import type { MessageRow } from './message.ts';
import type { CostLine, PaymentType } from './pricing/cost-line.ts';

export interface AggregateElement {
  hash: string;
  /** `content.time`, seconds. */
  time: number;
  content: Record<string, unknown>;
}

export interface FilePin {
  fileHash: string;
  owner: string;
  /** What `use_latest` references resolve by. */
  tag: string;
  /** As the STORE message names it; absent where it names none, and in states of before. */
  ref?: string;
  /** Seconds. */
  created: number;
}

/** Credits that came in together and expire together; `left` goes down as they are spent. */
export interface CreditLot {
  address: string;
  left: bigint;
  /** ms; null never expires. */
  expiresAt: number | null;
  time: number;
  ref: string;
  index: number;
}

/** One line of an account's credit history. `time` in seconds. */
export interface CreditMove {
  address: string;
  amount: bigint;
  price: string | null;
  bonus_amount: string | null;
  tx_hash: string | null;
  token: string | null;
  chain: string | null;
  provider: string | null;
  origin: string | null;
  origin_ref: string | null;
  payment_method: string | null;
  credit_ref: string;
  credit_index: number;
  expiresAt: number | null;
  time: number;
  expense_count: number | null;
  expense_size_mib: string | null;
}

export interface CostRow {
  owner: string;
  paymentType: PaymentType;
  lines: CostLine[];
}

/** Everything that one host knows. */
export interface CcnState {
  messages: Map<string, MessageRow>;
  /** By address, then key. The merged view is made on reading. */
  aggregates: Map<string, Map<string, AggregateElement[]>>;
  /** Size in bytes by file hash; the hosts share files, contents and grace. */
  files: Map<string, number>;
  /** What is in them; of the images that are there from the start nothing is. */
  contents: Map<string, Uint8Array>;
  /** Files that wait for somebody who refers to them; `until` in ms. */
  grace: { fileHash: string; until: number }[];
  /** By STORE message. */
  pins: Map<string, FilePin>;
  lots: CreditLot[];
  moves: CreditMove[];
  costs: Map<string, CostRow>;
  /** (sender, hash, signature) of all that came in: a node drops what it has seen (protocol-ccn §12.4). */
  seen: Set<string>;
  /** Addresses whose credits moved since the removal pass last looked. */
  touched: Set<string>;
}

export const emptyState = (): CcnState => ({
  messages: new Map(),
  aggregates: new Map(),
  files: new Map(),
  contents: new Map(),
  grace: [],
  pins: new Map(),
  lots: [],
  moves: [],
  costs: new Map(),
  seen: new Set(),
  touched: new Set(),
});
