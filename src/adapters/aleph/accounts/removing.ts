import * as z from 'zod';
import { counted } from '../../../domain/text/counted.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { printedInAnyOrder } from '../http/printed.ts';
import { pagesFrom } from '../http/read-pages.ts';
import { itemHash } from '../http/wire-values.ts';
import { wordsOfAll } from '../http/words-of-all.ts';

const shape = z.object({
  messages: z.array(z.object({ item_hash: itemHash, sender: z.string().max(128) })),
  pagination_total: z.int().nonnegative(),
});

/**
 * VMs of this sender that any host is about to remove for want of credits (protocol-ccn.md §5.8). Lists carry no status, so they are
 * asked for by it. null where no host answers.
 */
export const removing = async (ccn: CcnHosts, sender: string): Promise<string[] | null> => {
  const listing = {
    path: `/api/v0/messages.json?msgTypes=INSTANCE&msgStatuses=removing&addresses=${encodeURIComponent(sender)}&sortOrder=1`,
    perPage: 200,
    shape,
    rows: (page: z.output<typeof shape>) => page.messages,
    total: (page: z.output<typeof shape>) => page.pagination_total,
  };
  const said = await wordsOfAll<string[]>(ccn, {
    about: `what of ${sender} is about to be removed`,
    read: async (host, signal) => {
      const reading = await pagesFrom(ccn, host, listing, { limitBytes: 8 * mib, timeoutMs: 10_000, signal });
      if (reading.kind !== 'value') return null;
      return reading.value.rows.filter((row) => row.sender === sender).map(({ item_hash }) => item_hash);
    },
    print: printedInAnyOrder,
    says: ({ length }) => counted(length, 'VM'),
  });
  const lists = said.flatMap(({ word }) => (word === null ? [] : [word]));
  return lists.length === 0 ? null : [...new Set(lists.flat())];
};
