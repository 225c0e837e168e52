import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { HeadWord, KeptHead } from '../../../domain/ledger/journal.ts';
import { counted } from '../../../domain/text/counted.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { printed, printedInAnyOrder } from '../http/printed.ts';
import { parsed } from '../http/read-json.ts';
import { pagesFrom } from '../http/read-pages.ts';
import { itemHash } from '../http/wire-values.ts';
import { wordsOfAll } from '../http/words-of-all.ts';
import { headIn, journalFrom, saysOfHead } from './journal.ts';

const row = z.object({
  item_hash: itemHash,
  type: z.literal('AGGREGATE'),
  sender: z.string(),
  /** null where the content lies in storage; ours never does. */
  item_content: z.string().nullish(),
  content: z.unknown().optional(),
});
const shape = z.object({ messages: z.array(row), pagination_total: z.int().nonnegative() });

/** null where any message is not what it says, or its head cannot be read: then the host's whole list counts for nothing. */
const headsOf = (rows: readonly z.output<typeof row>[], address: string): KeptHead[] | null => {
  const read = rows.map(({ item_hash: message, sender, item_content: text, content }) => {
    if (sender !== address || (text != null && createHash('sha256').update(text, 'utf8').digest('hex') !== message)) return 'unreadable';
    const head = headIn(text == null ? content : parsed(text, z.unknown())?.value, address);
    return head === null || head === 'unreadable' ? head : { ...head, message };
  });
  return read.includes('unreadable') ? null : read.filter((head) => head !== null && head !== 'unreadable');
};

/**
 * Every host's word on the heads that this account published since a time, ms: the one that counts, and every message that carried one. A host
 * keeps the messages that a later one outdates (protocol-ccn.md §2.7, §6.2), so that no head can be covered up.
 */
export const publishedHeads = async (
  ccn: CcnHosts,
  { address, since, timeoutMs }: { address: string; since: number; timeoutMs: number },
): Promise<HeadWord[]> => {
  const listing = {
    path: `/api/v0/messages.json?msgTypes=AGGREGATE&addresses=${encodeURIComponent(address)}&startDate=${Math.floor(since / 1000)}&sortOrder=1`,
    perPage: 200,
    shape,
    rows: (page: z.output<typeof shape>) => page.messages,
    total: (page: z.output<typeof shape>) => page.pagination_total,
  };
  const words = await wordsOfAll<Omit<HeadWord, 'host'>>(ccn, {
    about: `the heads of ${address}`,
    read: async (host, signal) => {
      const [published, list] = await Promise.all([
        journalFrom(ccn, host, address, { timeoutMs, signal }),
        pagesFrom(ccn, host, listing, { timeoutMs, limitBytes: 8 * mib, signal }),
      ]);
      const kept = list.kind === 'value' ? headsOf(list.value.rows, address) : null;
      return published === null || published.head === 'unreadable' || kept === null ? null : { shown: published.head, kept };
    },
    print: ({ shown, kept }) => `${printed(shown)} ${printedInAnyOrder(kept ?? [])}`,
    says: ({ shown, kept }) => `${saysOfHead(shown)}, and ${counted(kept?.length ?? 0, 'message')} with one`,
  });
  return words.map(({ host, word }) => ({ host, ...(word ?? { shown: 'unreadable', kept: null }) }));
};
