import type { AccountsReader } from './accounts.ts';
import type { Messages, MessagesReader } from './messages.ts';
import type { Nodes, NodesReader } from './nodes.ts';
import type { PricesReader } from './prices.ts';
import type { Signing } from './signing.ts';

/** Reads the cloud, by subject. Shaped for Aleph but free of its wire format. Throws NETWORK_UNAVAILABLE or NETWORK_ANSWER_INVALID. */
export interface CloudReader {
  readonly network: string;
  /** The configured CCN hosts, in order. */
  readonly hosts: readonly string[];
  /** Since when what it answers from now on may have been read, ms: from now on, but where calls of one moment share what they read. */
  since(): number;
  /** How far the local clock is from the `Date` of each CCN that answers, ms (local − theirs). */
  clockSkew(): Promise<{ host: string; skewMs: number }[]>;
  readonly accounts: AccountsReader;
  readonly messages: MessagesReader;
  readonly nodes: NodesReader;
  readonly prices: PricesReader;
}

/** Changes the cloud. Nothing here decides anything: callers decided and recorded beforehand what is sent. */
export interface Cloud extends CloudReader {
  readonly messages: Messages;
  readonly nodes: Nodes;
  readonly signing: Signing;
}
