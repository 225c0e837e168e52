import { aggregateValue } from './aggregates.ts';
import type { Content, Envelope } from './message.ts';
import type { CcnState } from './state.ts';

/** One entry of a `security` aggregate (protocol-ccn §1.6). */
export interface Authorization {
  address?: unknown;
  chain?: unknown;
  channels?: unknown;
  types?: unknown;
  post_types?: unknown;
  aggregate_keys?: unknown;
  [other: string]: unknown;
}

const isEmpty = (list: unknown): boolean => list === undefined || list === null || (Array.isArray(list) && list.length === 0);
const allows = (list: unknown, value: unknown): boolean => isEmpty(list) || (Array.isArray(list) && list.includes(value));

export const authorizationsOf = (state: CcnState, owner: string): Authorization[] => {
  const list = aggregateValue(state, owner, 'security')?.['authorizations'];
  return Array.isArray(list) ? list.filter((entry): entry is Authorization => typeof entry === 'object' && entry !== null) : [];
};

/**
 * Whether `sender` may have put this message there for `owner`. The owner's aggregate is looked up by the exact spelling, the entry's
 * address without regard to case.
 */
export const mayActFor = (
  state: CcnState,
  sender: string,
  owner: string,
  message: Pick<Envelope, 'type' | 'chain' | 'channel'>,
  content: Content,
): boolean =>
  sender.toLowerCase() === owner.toLowerCase() ||
  authorizationsOf(state, owner).some(
    (entry) =>
      typeof entry.address === 'string' &&
      entry.address.toLowerCase() === sender.toLowerCase() &&
      (!entry.chain || entry.chain === message.chain) &&
      allows(entry.channels, message.channel) &&
      allows(entry.types, message.type) &&
      (message.type !== 'POST' || allows(entry.post_types, content['type'])) &&
      (message.type !== 'AGGREGATE' || allows(entry.aggregate_keys, content['key'])),
  );
