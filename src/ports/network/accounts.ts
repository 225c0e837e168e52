import type { Decimal } from 'decimal.js';
import type { JournalWord } from '../../domain/ledger/journal.ts';
import type { Forward } from '../../domain/reach/forwards.ts';

/** Integer credits; 1,000,000 are 1 USD. */
export type Credits = bigint;

export interface Balance {
  credits: Credits;
  /** Lots that expire; null never does. Times are ms. */
  lots: { credits: Credits; expiresAt: number | null }[];
}

/** What an account burns, the network's own word. */
export interface Burn {
  /** Credits per second of everything live, stored files included. */
  perSecond: Decimal;
  /** Per VM or file, by item hash. */
  resources: { id: string; perSecond: Decimal; consumed: Credits }[];
}

export interface Expense {
  vm: string | null;
  /** Positive integer credits. */
  credits: Credits;
  at: number;
  /** Identifies the row: POST hash and index. */
  ref: string;
}

/** What the network says of an account. */
export interface AccountsReader {
  balance(address: string): Promise<Balance>;
  burn(address: string): Promise<Burn>;
  /** VMs sent by this address that any host is about to remove for want of credits; null where none answers. */
  removing(sender: string): Promise<string[] | null>;
  /** Expense rows of the account since `since`, oldest first. */
  expenses(address: string, since: number): Promise<Expense[]>;
  /** Every configured host's word on the expiries and the ledger's head that an account has published. Never throws for a host that does not answer. */
  journal(address: string): Promise<JournalWord[]>;
  hasForwards(owner: string, id: string): Promise<boolean>;
  /** What the owner's `port-forwarding` aggregate asks for, once all hosts that answer agree; `NETWORK_ANSWER_INVALID` while they do not. */
  forwards(owner: string, id: string): Promise<Forward[]>;
}
