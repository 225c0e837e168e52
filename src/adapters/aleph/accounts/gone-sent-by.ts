import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { counted } from '../../../domain/text/counted.ts';
import type { GoneVm } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { printedInAnyOrder } from '../http/printed.ts';
import { pagesFrom } from '../http/read-pages.ts';
import { wordsOfAll } from '../http/words-of-all.ts';
import { isSigned } from '../messages/is-signed.ts';

/**
 * What is left of a message that was forgotten or removed: the content is gone, the signature over its hash is there (protocol-ccn.md §2.6). The
 * owner stands beside both, so nothing but the hosts' word proves it.
 */
const remains = z.object({
  item_hash: z.string().regex(/^[0-9A-Za-z]{1,128}$/),
  type: z.literal('INSTANCE'),
  sender: z.string().max(128),
  owner: z.string().max(128).nullish(),
  chain: z.string().max(32).nullish(),
  signature: z.string().max(4096).nullish(),
});
const shape = z.object({ messages: z.array(remains), pagination_total: z.int().nonnegative() });

/** Who paid, by the hosts: whom two of them name, or, where no two agree, everybody whom one names. */
const ownersIn = (words: readonly z.output<typeof remains>[]): string[] => {
  const named = words.flatMap(({ owner }) => (owner != null && /^0x[0-9a-fA-F]{40}$/.test(owner) ? [owner] : []));
  const twice = named.filter((owner, index) => named.indexOf(owner) !== index);
  return [...new Set(twice.length > 0 ? twice : named)];
};

/**
 * The INSTANCEs of this sender that were forgotten or removed, for whomever they ran. What any host has counts, so that none
 * hides what was spent; what fewer than two have must carry the sender's signature, so that none invents it.
 */
export const goneSentBy = async (ccn: CcnHosts, sender: string): Promise<GoneVm[]> => {
  const listing = (status: string) => ({
    path: `/api/v0/messages.json?msgTypes=INSTANCE&msgStatuses=${status}&addresses=${encodeURIComponent(sender)}&sortOrder=1`,
    perPage: 200,
    shape,
    rows: (page: z.output<typeof shape>) => page.messages,
    total: (page: z.output<typeof shape>) => page.pagination_total,
  });
  const said = await wordsOfAll(ccn, {
    about: `what ${sender} had running`,
    read: async (host, signal) => {
      const statuses = ['forgotten', 'removed'];
      const both = await Promise.all(statuses.map((status) => pagesFrom(ccn, host, listing(status), { limitBytes: 8 * mib, signal })));
      const rows = both.flatMap((reading) => (reading.kind === 'value' ? [reading.value.rows] : []));
      return rows.length === both.length ? rows.flat().filter((row) => row.sender === sender) : null;
    },
    print: (rows) => printedInAnyOrder(rows.map(({ item_hash, owner }) => [item_hash, owner])),
    says: ({ length }) => counted(length, 'VM'),
  });
  const lists = said.flatMap(({ word }) => (word === null ? [] : [word]));
  if (lists.length === 0) throw new Failure('NETWORK_UNAVAILABLE', `No CCN host gave a usable list of what ${sender} had running.`);
  const ids = [...new Set(lists.flat().map(({ item_hash }) => item_hash))];
  const words = ids.map((id) => lists.flatMap((list) => list.find(({ item_hash }) => item_hash === id) ?? []));
  const proven = await Promise.all(words.map(async ([first, ...others]) => others.length > 0 || (first !== undefined && isSigned(first))));
  return ids.flatMap((id, index) => (proven[index] === true ? [{ id, owners: ownersIn(words[index] ?? []) }] : []));
};
