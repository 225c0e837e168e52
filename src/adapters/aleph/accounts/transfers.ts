import * as z from 'zod';
import { counted } from '../../../domain/text/counted.ts';
import type { Transfer, TransfersCopy } from '../../../ports/network/accounts.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { printedInAnyOrder } from '../http/printed.ts';
import { pagesFrom } from '../http/read-pages.ts';
import { itemHash, wireCredits, wireInstant } from '../http/wire-values.ts';
import { wordsOfAll } from '../http/words-of-all.ts';
import { evmAddress } from '../messages/instance-content.ts';

const row = z.object({
  amount: wireCredits,
  payment_method: z.literal('credit_transfer'),
  origin: evmAddress,
  credit_ref: itemHash,
  credit_index: z.int().nonnegative(),
  message_timestamp: wireInstant,
  expiration_date: wireInstant.nullish(),
});
const shape = z.object({ credit_history: z.array(row), pagination_total: z.int().nonnegative() });

/**
 * Every host's rows of credits that came to or left the account by transfers since `since` (ms), oldest first (protocol-ccn.md §5.3, §5.6:
 * `origin` is the other side, `credit_ref` the POST).
 */
export const transfers = async (ccn: CcnHosts, address: string, since: number): Promise<TransfersCopy[]> => {
  const from = Math.max(0, Math.floor(since / 1000));
  const listing = {
    path: `/api/v0/addresses/${encodeURIComponent(address)}/credit_history?payment_method=credit_transfer&sort_order=1&startDate=${from}`,
    perPage: 500,
    shape,
    rows: (page: z.output<typeof shape>) => page.credit_history,
    total: (page: z.output<typeof shape>) => page.pagination_total,
  };
  const words = await wordsOfAll<Transfer[]>(ccn, {
    about: `the transfers of ${address}`,
    read: async (host, signal) => {
      const reading = await pagesFrom(ccn, host, listing, { nothing: [404], limitBytes: 4 * mib, signal });
      if (reading.kind !== 'value') return null;
      return reading.value.rows.map(({ amount, origin, credit_ref, message_timestamp, expiration_date }) => ({
        post: credit_ref,
        other: origin,
        credits: amount,
        at: message_timestamp,
        expiresAt: expiration_date ?? null,
      }));
    },
    print: printedInAnyOrder,
    says: ({ length }) => counted(length, 'transfer'),
  });
  return words.map(({ host, word: rows }) => ({ host, rows }));
};
