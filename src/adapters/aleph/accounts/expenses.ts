import * as z from 'zod';
import { counted } from '../../../domain/text/counted.ts';
import type { Expense } from '../../../ports/network/accounts.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { printedInAnyOrder } from '../http/printed.ts';
import { readPages } from '../http/read-pages.ts';
import { itemHash, wireCredits, wireInstant } from '../http/wire-values.ts';

const shape = z.object({
  credit_history: z.array(
    z.object({
      amount: wireCredits,
      payment_method: z.string().nullish(),
      origin: z.string().nullish(),
      credit_ref: z.string().max(200),
      credit_index: z.int().nonnegative(),
      message_timestamp: wireInstant,
    }),
  ),
  pagination_total: z.int().nonnegative(),
});

/**
 * What the network took for VMs and files since `since` (ms), oldest first (protocol-ccn.md §5.3, §5.6: expense rows are negative,
 * `origin` is the VM). 404 means that the account has no such row.
 */
export const expenses = async (ccn: CcnHosts, address: string, since: number): Promise<Expense[]> => {
  const from = Math.max(0, Math.floor(since / 1000));
  const { rows } = await readPages(
    ccn,
    {
      path: `/api/v0/addresses/${encodeURIComponent(address)}/credit_history?payment_method=credit_expense&sort_order=1&startDate=${from}`,
      perPage: 500,
      shape,
      rows: (page) => page.credit_history,
      total: (page) => page.pagination_total,
    },
    { nothing: [404], limitBytes: 4 * mib },
    {
      about: `what ${address} paid`,
      print: (found) => printedInAnyOrder(found.rows),
      says: (found) => counted(found.rows.length, 'row'),
    },
  );
  const found = new Map<string, Expense>();
  for (const row of rows) {
    if (row.payment_method !== 'credit_expense' || row.amount >= 0n || row.message_timestamp < since) continue;
    const ref = `${row.credit_ref}:${row.credit_index}`;
    const vm = itemHash.safeParse(row.origin);
    found.set(ref, { vm: vm.success ? vm.data : null, credits: -row.amount, at: row.message_timestamp, ref });
  }
  return [...found.values()].sort((a, b) => a.at - b.at || (a.ref < b.ref ? -1 : 1));
};
