import * as z from 'zod';
import { counted } from '../../../domain/text/counted.ts';
import type { Movement } from '../../../ports/network/accounts.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { printedInAnyOrder } from '../http/printed.ts';
import { readPages } from '../http/read-pages.ts';
import { itemHash, wireCredits, wireInstant } from '../http/wire-values.ts';
import { evmAddress } from '../messages/instance-content.ts';

/** A short word of the network, as a token's or a chain's name is; anything else is left out, because others wrote it. */
const word = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,32}$/)
  .nullish()
  .catch(null);

const row = z.object({
  amount: wireCredits,
  payment_method: z.string().nullish(),
  origin: evmAddress.nullish().catch(null),
  provider: word,
  token: word,
  chain: word,
  tx_hash: z
    .string()
    .regex(/^(0x)?[0-9a-fA-F]{16,128}$/)
    .nullish()
    .catch(null),
  // a number from the real server, a string in the POST (protocol-ccn.md §5.6)
  bonus_amount: z.union([z.number().nonnegative(), z.string().regex(/^\d{1,18}(\.\d+)?$/)]).nullish(),
  credit_ref: itemHash,
  credit_index: z.int().nonnegative(),
  message_timestamp: wireInstant,
  expiration_date: wireInstant.nullish(),
});
const shape = z.object({ credit_history: z.array(row), pagination_total: z.int().nonnegative() });

const bonusOf = (bonus: number | string | null | undefined): bigint | null =>
  bonus === null || bonus === undefined ? null : BigInt(String(bonus).split('.')[0]!);

/**
 * Credits that came to or left the account by distributions and transfers since `since` (ms), oldest first, as one host has them
 * (protocol-ccn.md §5.3, §5.6). Expenses are left out: there are many, and they have a list of their own.
 */
export const movements = async (ccn: CcnHosts, address: string, since: number): Promise<Movement[]> => {
  const from = Math.max(0, Math.floor(since / 1000));
  const { rows } = await readPages(
    ccn,
    {
      path: `/api/v0/addresses/${encodeURIComponent(address)}/credit_history?exclude_payment_method=credit_expense&sort_order=1&startDate=${from}`,
      perPage: 500,
      shape,
      rows: (page) => page.credit_history,
      total: (page) => page.pagination_total,
    },
    { nothing: [404], limitBytes: 4 * mib },
    {
      about: `what came to and left ${address}`,
      print: (found) => printedInAnyOrder(found.rows),
      says: (found) => counted(found.rows.length, 'row'),
    },
  );
  return rows
    .filter((found) => found.payment_method !== 'credit_expense' && found.amount !== 0n && found.message_timestamp >= since)
    .map((found) => {
      const isTransfer = found.payment_method === 'credit_transfer';
      return {
        kind: isTransfer ? ('transfer' as const) : ('distribution' as const),
        credits: found.amount,
        at: found.message_timestamp,
        expiresAt: found.expiration_date ?? null,
        post: found.credit_ref,
        index: found.credit_index,
        other: isTransfer ? (found.origin ?? null) : null,
        payment: {
          token: found.token ?? null,
          chain: found.chain ?? null,
          transaction: found.tx_hash ?? null,
          provider: found.provider ?? null,
          bonus: bonusOf(found.bonus_amount),
        },
      };
    })
    .sort((a, b) => a.at - b.at || (a.post === b.post ? a.index - b.index : a.post < b.post ? -1 : 1));
};
