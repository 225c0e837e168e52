import type { Decimal } from 'decimal.js';
import type { SecurityCopy } from '../../domain/grants/security-state.ts';
import type { HeadWord, JournalCopy } from '../../domain/ledger/journal.ts';
import type { Forward } from '../../domain/reach/forwards.ts';

/** Integer credits; 1,000,000 are 1 USD. */
export type Credits = bigint;

export interface Balance {
  credits: Credits;
  /** The credit lots; `expiresAt` in ms, null for a lot that never expires. */
  lots: { credits: Credits; expiresAt: number | null }[];
}

/** The credits that an account burns, as the network says. */
export interface Burn {
  /** Credits per second of all live resources, stored files included. */
  perSecond: Decimal;
  /** One entry for each VM or file, by item hash. */
  resources: { id: string; perSecond: Decimal; consumed: Credits }[];
}

export interface Expense {
  vm: string | null;
  /** Positive integer credits. */
  credits: Credits;
  at: number;
  /** Identifies the expense row: its POST's hash and its index. */
  ref: string;
}

/** Credits that came to an account (positive) or left it by one transfer. */
export interface Transfer {
  /** Item hash of the POST. */
  post: string;
  /** The other side's address. */
  other: string;
  credits: Credits;
  at: number;
  /** Ms; null for credits that never expire. */
  expiresAt: number | null;
}

/** Credits that came to an account (positive) or left it (negative), by a purchase that was distributed or by a transfer. */
export interface Movement {
  kind: 'distribution' | 'transfer';
  credits: Credits;
  /** The POST's time, ms. */
  at: number;
  /** Ms; null for credits that never expire. */
  expiresAt: number | null;
  /** Item hash of the POST, and the place in it: lots are used up in the order of time, post and index (protocol-ccn.md §5.6). */
  post: string;
  index: number;
  /** A transfer's other side. */
  other: string | null;
  /** How a distribution was paid, as the POST says; `bonus` is the part of the credits that was given on top. */
  payment: { token: string | null; chain: string | null; transaction: string | null; provider: string | null; bonus: Credits | null };
}

/** Credits that were distributed to an account for what it paid by one transaction. */
export interface Purchase {
  /** Item hash of the POST. */
  post: string;
  credits: Credits;
}

/** What one CCN host has of a transaction's credits; null where it did not answer. */
export interface PurchasesCopy {
  host: string;
  rows: readonly Purchase[] | null;
}

/** What one CCN host has; null where it did not answer. */
export interface TransfersCopy {
  host: string;
  rows: readonly Transfer[] | null;
}

/** Whom an account lets act for it as one CCN host has it, by its word alone; null where it did not answer. */
export interface GrantsCopy {
  host: string;
  authorizations: readonly unknown[] | null;
}

/** A VM or program that runs at an account's cost, whoever sent it. */
export interface OwnedResource {
  id: string;
  type: 'INSTANCE' | 'PROGRAM' | 'V-PROGRAM';
  sender: string;
  channel: string | null;
}

/** What the network says of an account. */
export interface AccountsReader {
  /** As the first host that answers has it: to be shown. */
  balance(address: string): Promise<Balance>;
  /** As two hosts (or the only one) have it, and where they differ what the poorest has: to spend by. */
  surestBalance(address: string): Promise<Balance>;
  /** The account's credits as each CCN host that answers has them; never throws for one that does not. */
  held(address: string): Promise<Credits[]>;
  burn(address: string): Promise<Burn>;
  /** The burn as each CCN host that answers has it; never throws for one that does not. */
  burns(address: string): Promise<Burn[]>;
  /** Item hashes of the sender's VMs that any host is about to remove for want of credits; null where no host answers. */
  removing(sender: string): Promise<string[] | null>;
  /** Expense rows of the account since `since`, oldest first. */
  expenses(address: string, since: number): Promise<Expense[]>;
  /** Distributions to the account and its transfers since `since`, oldest first. */
  movements(address: string, since: number): Promise<Movement[]>;
  /** Every configured CCN host's rows of the account's transfers since `since`, oldest first. Never throws for a host that does not answer. */
  transfers(address: string, since: number): Promise<TransfersCopy[]>;
  /** Every configured CCN host's rows of credits that this transaction (its hash) bought for the account. Never throws for a silent host. */
  purchases(address: string, transaction: string): Promise<PurchasesCopy[]>;
  /**
   * Every configured CCN host's copy of the account's journal (expiries and ledger head). A host that does not answer gives null; never
   * throws for it.
   */
  journal(address: string): Promise<JournalCopy[]>;
  /** Every configured CCN host's word on the ledger heads that the account published since `since`, ms. A host that is silent for `timeoutMs` has no word; never throws. */
  heads(address: string, since: number, timeoutMs: number): Promise<HeadWord[]>;
  /** Every configured CCN host's copy of whom the account lets act for it. Never throws for a host that does not answer. */
  security(owner: string): Promise<SecurityCopy[]>;
  /** The same by the hosts' word alone, in one request of each: to be shown, never to be acted upon. Never throws for a silent host. */
  grantsShown(owner: string): Promise<GrantsCopy[]>;
  /** Owners who any host says have let this address act for them. */
  grantedBy(address: string): Promise<string[]>;
  /** All VMs and programs that the account pays. Throws `NETWORK_UNAVAILABLE` unless two hosts (or the only one) list them. */
  owned(owner: string): Promise<OwnedResource[]>;
  hasForwards(owner: string, id: string): Promise<boolean>;
  /** The forwards in the owner's `port-forwarding` aggregate. Throws `NETWORK_ANSWER_INVALID` while the hosts that answer disagree. */
  forwards(owner: string, id: string): Promise<Forward[]>;
}
