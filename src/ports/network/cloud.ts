import type { AccountsReader } from './accounts.ts';
import type { Messages, MessagesReader } from './messages.ts';
import type { Nodes, NodesReader } from './nodes.ts';
import type { PricesReader } from './prices.ts';
import type { Signing } from './signing.ts';

/** Reading the cloud behind `vm`, by what is asked. Shaped for Aleph, free of its wire. Failures: NETWORK_UNAVAILABLE, NETWORK_ANSWER_INVALID. */
export interface CloudReader {
  readonly network: string;
  /** A devnet: loopback nodes and http are allowed. */
  readonly devnet: boolean;
  /** The configured CCN hosts, in order. */
  readonly hosts: readonly string[];
  /** How far the local clock is from each answering CCN's `Date`, in ms (local − theirs). */
  clockSkew(): Promise<{ host: string; skewMs: number }[]>;
  readonly accounts: AccountsReader;
  readonly messages: MessagesReader;
  readonly nodes: NodesReader;
  readonly prices: PricesReader;
}

/** Changing it. Nothing here decides anything: what may be sent was decided and recorded before. */
export interface Cloud extends CloudReader {
  readonly messages: Messages;
  readonly nodes: Nodes;
  readonly signing: Signing;
}
