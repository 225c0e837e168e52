import { Decimal } from 'decimal.js';
import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { Exact } from '../../../domain/money/exact.ts';
import type { Burn } from '../../../ports/network/accounts.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import type { Told } from '../http/contradiction.ts';
import { mib } from '../http/http.ts';
import { printedInAnyOrder } from '../http/printed.ts';
import { pagesFrom, readPages } from '../http/read-pages.ts';
import { wireCredits, wireDecimal } from '../http/wire-values.ts';
import { wordsOfAll } from '../http/words-of-all.ts';

const shape = z.object({
  summary: z.object({ total_cost_credit: wireDecimal }),
  resources: z.array(z.object({ item_hash: z.string().max(128), consumed_credits: wireCredits, cost_credit: wireDecimal })),
  pagination_total: z.int().nonnegative(),
});

const limits = { limitBytes: 4 * mib };

const listingOf = (address: string) => ({
  path: `/api/v0/costs?address=${encodeURIComponent(address)}&include_details=1&payment_type=credit`,
  perPage: 1000,
  shape,
  rows: (page: z.output<typeof shape>) => page.resources,
  total: (page: z.output<typeof shape>) => page.pagination_total,
});

/** The greater of the network's sum and the sum of its rows counts: too much burn refuses, too little would spend. */
const burnOf = (rows: readonly z.output<typeof shape>['resources'][number][], { summary }: z.output<typeof shape>): Burn => {
  const resources = rows.map((row) => ({ id: row.item_hash, perSecond: row.cost_credit, consumed: row.consumed_credits }));
  const sum = resources.reduce((total, row) => total.plus(row.perSecond), new Exact(0));
  return { perSecond: Decimal.max(summary.total_cost_credit, sum), resources };
};

interface Costs {
  rows: readonly z.output<typeof shape>['resources'][number][];
  first: z.output<typeof shape> | null;
}

const told = (address: string): Told<Costs> => ({
  about: `what ${address} burns`,
  // what was consumed grows while one looks
  print: ({ first: page, rows }) =>
    `${page?.summary.total_cost_credit} ${printedInAnyOrder(rows.map(({ item_hash, cost_credit }) => [item_hash, cost_credit]))}`,
  says: ({ first: page }) => `${page?.summary.total_cost_credit.toFixed() ?? 'no'} credits per second`,
});

/** What the account burns, credits per second (protocol-ccn.md §5.3 `/costs`). */
export const burn = async (ccn: CcnHosts, address: string): Promise<Burn> => {
  const { rows, first } = await readPages(ccn, listingOf(address), limits, told(address));
  if (first === null) throw new Failure('BALANCE_UNREADABLE', `The network does not say what ${address} burns.`);
  return burnOf(rows, first);
};

/** The same as every host that answers has it. */
export const burns = async (ccn: CcnHosts, address: string): Promise<Burn[]> => {
  const words = await wordsOfAll(ccn, {
    ...told(address),
    read: async (host, signal) => {
      const reading = await pagesFrom(ccn, host, listingOf(address), { ...limits, signal });
      return reading.kind === 'value' ? reading.value : null;
    },
  });
  return words.flatMap(({ word }) => (word?.first == null ? [] : [burnOf(word.rows, word.first)]));
};
