import { creditChannel, type GrantEntry, narrowEntry, ownChannel, readGrantEntry } from './grant-entry.ts';
import { type Act, lets } from './grant-powers.ts';

const creditPost = 'aleph_credit_transfer';

/**
 * The grant back to an owner: with it the owner's key ends the VMs that the account made and moves its credits, without the account's own
 * key. No other grant of ours moves credits. POST names its one type, because any other on that channel would be allowed too.
 */
export const ownEntries = (owner: string): readonly Readonly<Record<string, unknown>>[] => [
  narrowEntry(owner, ownChannel),
  { address: owner, chain: 'ETH', channels: [creditChannel], types: ['POST'], post_types: [creditPost] },
];

const endsVms: Act = { type: 'INSTANCE', channel: ownChannel };
const movesCredits: Act = { type: 'POST', channel: creditChannel, postType: creditPost };

/** Do these entries, all of one address, let it end the account's VMs and move its credits with messages signed for ETH? */
export const letsTakeBack = (entries: readonly GrantEntry[]): boolean => {
  const ours = entries.filter(({ chain }) => chain === null || chain === 'ETH');
  return [endsVms, movesCredits].every((act) => ours.some((entry) => lets(entry, act)));
};

const textOf = (entry: GrantEntry | null): string => JSON.stringify({ ...entry, address: '' });

/** Is the entry a part of the grant back, to whatever address? */
export const isOwnEntry = (entry: GrantEntry): boolean => ownEntries('0x').some((own) => textOf(readGrantEntry(own)) === textOf(entry));

/** Are these entries, all of one address, the grant back to an owner, and nothing more? */
export const isOwnGrant = (entries: readonly GrantEntry[]): boolean => letsTakeBack(entries) && entries.every(isOwnEntry);
