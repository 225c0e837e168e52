import { type GrantEntry, isFor, isGrantChannel, ownChannel } from './grant-entry.ts';
import { lets } from './grant-powers.ts';

/** An entry that names no channel allows all; of those that it names one of a grant alone comes first. */
const channelsOf = ({ channels }: GrantEntry): string[] =>
  channels.length === 0 ? [ownChannel] : [...channels].sort((a, b) => Number(isGrantChannel(b)) - Number(isGrantChannel(a)));

/**
 * The channel on which these entries of a payer let `account` rent VMs: one on which it may also set their ports, where there is one. null
 * where no entry lets it send an INSTANCE.
 */
export const rentingChannel = (entries: readonly GrantEntry[], account: string): string | null => {
  const ours = entries.filter((entry) => isFor(entry, account) && (entry.chain === null || entry.chain === 'ETH'));
  const renting = ours.flatMap(channelsOf).filter((channel) => ours.some((entry) => lets(entry, { type: 'INSTANCE', channel })));
  const withPorts = renting.find((channel) =>
    ours.some((entry) => lets(entry, { type: 'AGGREGATE', channel, aggregateKey: 'port-forwarding' })),
  );
  return withPorts ?? renting[0] ?? null;
};
