import * as z from 'zod';
import type { PurchasesCopy } from '../../../ports/network/accounts.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { itemHash, wireCredits } from '../http/wire-values.ts';

const row = z.object({ amount: wireCredits, tx_hash: z.string().nullish(), credit_ref: itemHash, payment_method: z.string().nullish() });
const shape = z.object({ credit_history: z.array(row) });

/** What a node of the network writes into `tx_hash` of an expense, and what a transfer has none of. */
const notBought = new Set(['credit_expense', 'credit_transfer']);

/** Every host's rows of credits that one transaction bought (protocol-ccn.md §5.3, §5.6: `tx_hash` of a distribution). */
export const purchases = (ccn: CcnHosts, address: string, transaction: string): Promise<PurchasesCopy[]> =>
  Promise.all(
    ccn.hosts.map(async (host): Promise<PurchasesCopy> => {
      const path = `/api/v0/addresses/${encodeURIComponent(address)}/credit_history?tx_hash=${transaction}`;
      const reading = await ccn.from(host, path, shape, { nothing: [404] });
      if (reading.kind === 'status' && reading.status === 404) return { host, rows: [] };
      if (reading.kind !== 'value') return { host, rows: null };
      const rows = reading.value.credit_history
        .filter((each) => each.tx_hash?.toLowerCase() === transaction && each.amount > 0n && !notBought.has(each.payment_method ?? ''))
        .map(({ credit_ref, amount }) => ({ post: credit_ref, credits: amount }));
      return { host, rows };
    }),
  );
