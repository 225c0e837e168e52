import * as z from 'zod';
import { formatInstant } from '../../domain/instant.ts';
import type { JournalWord } from '../../domain/journal.ts';
import type { CcnHosts } from './ccn-hosts.ts';
import { mib } from './http.ts';
import { checked, contentTime, evmAddress } from './instance-content.ts';
import { aggregatePath } from './official-aggregates.ts';
import { itemHash, wireInstant } from './wire-values.ts';

/** Ours on the signer's own account (product.md §1 rule 14). */
const key = 'aleph-agent';

const shape = z.object({ data: z.object({ [key]: z.record(z.string(), z.unknown()).nullish() }) });
const entry = z.object({ expires: wireInstant });

/** Entries that are not ours to read are left out: whoever wrote them, they prolong nothing. */
const expiriesOf = (entries: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([id, value]) => {
      const read = itemHash.safeParse(id).success ? entry.safeParse(value).data : undefined;
      return read === undefined ? [] : [[id, read.expires]];
    }),
  );

/** Every host's word on the expiries that this account has published; 404 is that there are none (protocol-ccn.md §6.1). */
export const journal = (ccn: CcnHosts, address: string): Promise<JournalWord[]> =>
  Promise.all(
    ccn.hosts.map(async (host) => {
      const reading = await ccn.from(host, aggregatePath(address, key), shape, { timeoutMs: 10_000, limitBytes: 2 * mib });
      if (reading.kind === 'value') return { host, expiries: expiriesOf(reading.value.data[key] ?? {}) };
      return { host, expiries: reading.kind === 'status' && reading.status === 404 ? {} : null };
    }),
  );

const content = z.strictObject({
  address: evmAddress,
  key: z.literal(key),
  time: contentTime,
  content: z.record(itemHash, z.strictObject({ expires: z.iso.datetime() })),
});

/** One VM's entry; the aggregate merges by key, so that the others stay (protocol-ccn.md §6.2). */
export const journalContent = (order: { id: string; expiresAt: number; address: string; at: number }): z.output<typeof content> =>
  checked('AGGREGATE', content, {
    address: order.address,
    key,
    time: order.at / 1000,
    content: { [order.id]: { expires: formatInstant(order.expiresAt) } },
  });
