import * as z from 'zod';
import { hint } from '../../contract/declare/hint.ts';
import { list } from '../../contract/outputs/list.ts';
import { type GrantEntry, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { isWide, powersInWords, powersOf } from '../../domain/grants/grant-powers.ts';
import { receivedGrants } from '../../lifecycle/grants/received-grants.ts';
import { readGrants } from '../../lifecycle/operation/read-grants.ts';

const rowOf = (other: string, entry: GrantEntry) => ({
  address: other,
  channels: [...entry.channels],
  types: [...entry.types],
  wide: isWide(entry),
  may: powersInWords(powersOf([entry])),
});

export default list({
  name: 'authz ls',
  summary: 'List who may act for this account, or for whom it may',
  audience: 'agent',
  input: { received: z.boolean().default(false).describe('For whom this account may act') },
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
      ? (await receivedGrants(context, account)).map(({ owner, entry }) => rowOf(owner, entry))
      : readGrantEntries((await readGrants(context, account)).authorizations).map((entry) => rowOf(entry.address, entry));
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
