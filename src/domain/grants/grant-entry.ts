/** One entry of an account's `security` aggregate: whom it lets act in the account's name, and with what (protocol-ccn.md §1.6). */
export interface GrantEntry {
  address: string;
  /** null: on every chain. */
  chain: string | null;
  /** An empty list allows everything. */
  channels: readonly string[];
  types: readonly string[];
  postTypes: readonly string[];
  aggregateKeys: readonly string[];
}

const textsIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []);

/**
 * Reads an entry as the network does; null where it names nobody, so that it allows nothing. A member that is no list is read as one that
 * allows everything: the network may, and who is asked about a grant must hear the worst.
 */
export const readGrantEntry = (raw: unknown): GrantEntry | null => {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const { address, chain, channels, types, post_types, aggregate_keys } = raw as Record<string, unknown>;
  if (typeof address !== 'string' || address === '') return null;
  return {
    address,
    chain: typeof chain === 'string' && chain !== '' ? chain : null,
    channels: textsIn(channels),
    types: textsIn(types),
    postTypes: textsIn(post_types),
    aggregateKeys: textsIn(aggregate_keys),
  };
};

export const readGrantEntries = (authorizations: readonly unknown[]): GrantEntry[] =>
  authorizations.map(readGrantEntry).filter((entry) => entry !== null);

/** The network compares a delegate's address without regard to its capitals. */
export const isFor = (entry: GrantEntry, address: string): boolean => entry.address.toLowerCase() === address.toLowerCase();

/** The channel of the messages that an account of ours sends for itself. */
export const ownChannel = 'ALEPH-AGENT';

/** The only channel on which the network moves credits (protocol-ccn.md §5.6). */
export const creditChannel = 'ALEPH_CREDIT';

/** A channel of one grant alone: `ALEPH-AGENT-` and 12 hex digits, drawn by the agent. */
export const isGrantChannel = (text: string): boolean => /^ALEPH-AGENT-[0-9a-f]{12}$/.test(text);

export const grantChannel = (bytes: Uint8Array): string => `ALEPH-AGENT-${Buffer.from(bytes).toString('hex').slice(0, 12)}`;

/**
 * The narrowest entry with which an agent can rent VMs for another account: INSTANCE messages and the account's port forwards, on one chain
 * and one channel. FORGET needs no type of its own (protocol-ccn.md §1.6), and an alias would be public.
 */
export const narrowEntry = (address: string, channel: string): Readonly<Record<string, unknown>> => ({
  address,
  chain: 'ETH',
  channels: [channel],
  types: ['INSTANCE', 'AGGREGATE'],
  aggregate_keys: ['port-forwarding'],
});
