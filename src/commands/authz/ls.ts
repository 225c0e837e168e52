import * as z from 'zod';
import { hint } from '../../contract/declare/hint.ts';
import { list } from '../../contract/outputs/list.ts';
import { type GrantEntry, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { isWide, powersInWords, powersOf } from '../../domain/grants/grant-powers.ts';
import { isOwnGrant } from '../../domain/grants/own-grant.ts';
import { receivedGrants } from '../../lifecycle/grants/received-grants.ts';
import { readGrants } from '../../lifecycle/operation/read-grants.ts';

interface Held {
  /** The other side. */
  other: string;
  entry: GrantEntry;
}

/** An entry as a row, with what the other side has beside it: only both entries together are the grant back to an owner. */
const rowOf = ({ other, entry }: Held, _place: number, all: readonly Held[]) => {
  const back = isOwnGrant(all.filter((each) => each.other.toLowerCase() === other.toLowerCase()).map((each) => each.entry));
  return {
    address: other,
    channels: [...entry.channels],
    types: [...entry.types],
    wide: isWide(entry),
    may: [...powersInWords(powersOf([entry])), ...(back ? ['this is part of the grant back to an owner (authz grant --own)'] : [])],
  };
};

export default list({
  name: 'authz ls',
  summary: 'List who may act for this account, or for whom it may act',
  audience: 'agent',
  input: { received: z.boolean().default(false).describe('Grants that this account received') },
  whole: true,
  item: z.object({
    address: z.string().describe('The other side'),
    channels: z.array(z.string()).describe('Empty: all'),
    types: z.array(z.string()).describe('Message types; empty: all'),
    wide: z.boolean().describe('More than renting VMs'),
    may: z.array(z.string()),
  }),
  brief: ['address', 'channels', 'wide'],
  failures: ['KEY_MISSING', 'GRANTS_UNREADABLE'],
  examples: [{ line: 'authz ls', why: 'who else can spend from this account' }],
  async run(context, { received }, page) {
    const { address: account } = context.keys.current(context.network);
    const rows = received
      ? (await receivedGrants(context, account)).map(({ owner, entry }) => ({ other: owner, entry })).map(rowOf)
      : readGrantEntries((await readGrants(context, account)).authorizations)
          .map((entry) => ({ other: entry.address, entry }))
          .map(rowOf);
    return page(rows, ({ address, channels, types }) => JSON.stringify([address, channels, types]));
  },
  columns: [
    ['ADDRESS', 'address'],
    ['MAY', ({ may }) => may.join('; ')],
    ['ON', ({ channels }) => channels.join(', ') || 'any channel'],
  ],
  none: 'Nobody else.',
  next: ({ items }) => (items[0] === undefined ? [] : [hint('what it could do', 'authz check', items[0].address)]),
});
