import * as z from 'zod';
import type { JournalCopy } from '../../../domain/ledger/journal.ts';
import { counted } from '../../../domain/text/counted.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import type { HeadOrder } from '../../../ports/network/signing.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { aggregateOf, aggregatePath } from '../http/official-aggregates.ts';
import { printed, printedInAnyOrder } from '../http/printed.ts';
import { itemHash, wireInstant } from '../http/wire-values.ts';
import { wordsOfAll } from '../http/words-of-all.ts';
import { checked, contentTime, evmAddress } from '../messages/instance-content.ts';

/** Ours on the signer's own account (product.md §1 rule 14). */
const key = 'aleph-agent';

const shape = z.object({ [key]: z.record(z.string(), z.unknown()).nullish() });
const entry = z.object({ expires: wireInstant });
/** Beside the expiries, whose keys are item hashes. */
const headKey = 'ledger';
const headId = z.string().regex(/^[0-9a-f]{32}$/);
const approverAddress = z.string().regex(/^0x[0-9a-f]{40}$/);
/** Version 0.1.0 published heads without what governs. */
const headEntry = z.object({
  id: headId,
  rows: z.int().positive(),
  head: itemHash,
  at: wireInstant,
  approver: approverAddress.nullish(),
  rootPolicy: z.boolean().optional(),
});

/** Entries that are not ours to read are left out: whoever wrote them, they prolong nothing. */
const expiriesOf = (entries: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([id, value]) => {
      const read = itemHash.safeParse(id).success ? entry.safeParse(value).data : undefined;
      return read === undefined ? [] : [[id, read.expires]];
    }),
  );

/** What cannot be read is doubt, not absence. */
const headOf = (value: unknown): JournalCopy['head'] => {
  if (value == null) return null;
  const read = headEntry.safeParse(value).data;
  if (read === undefined) return 'unreadable';
  const { approver, rootPolicy, ...head } = read;
  if (approver === undefined && rootPolicy === undefined) return { ...head, governance: null };
  // Half of it is nothing that any version wrote.
  return approver === undefined || rootPolicy === undefined ? 'unreadable' : { ...head, governance: { approver, rootPolicy } };
};

const answerMs = 10_000;

interface Published {
  expiries: Record<string, number>;
  head: JournalCopy['head'];
}

/** What this account has published of itself, by one host; 404 is that there is nothing (protocol-ccn.md §6.1), null is no answer. */
export const journalFrom = async (
  ccn: CcnHosts,
  host: string,
  address: string,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<Published | null> => {
  const reading = await ccn.from(host, aggregatePath(address, key), aggregateOf(address, shape), { ...options, limitBytes: 2 * mib });
  if (reading.kind === 'value') {
    const entries = reading.value.data[key] ?? {};
    return { expiries: expiriesOf(entries), head: headOf(entries[headKey]) };
  }
  return reading.kind === 'status' && reading.status === 404 ? { expiries: {}, head: null } : null;
};

export const saysOfHead = (head: JournalCopy['head']): string => {
  if (head === null) return 'no head';
  return head === 'unreadable' ? 'a head that cannot be read' : `the head of row ${head.rows} of ${formatInstant(head.at)}`;
};

/** Every host's word on the expiries and the ledger's head that this account has published. */
export const journal = async (ccn: CcnHosts, address: string): Promise<JournalCopy[]> => {
  const words = await wordsOfAll<Published>(ccn, {
    about: `what ${address} published`,
    read: (host, signal) => journalFrom(ccn, host, address, { timeoutMs: answerMs, signal }),
    print: ({ expiries, head }) => `${printed(head)} ${printedInAnyOrder(Object.entries(expiries))}`,
    says: ({ expiries, head }) => `${saysOfHead(head)} and ${counted(Object.keys(expiries).length, 'VM')}`,
  });
  return words.map(({ host, word }) => ({ host, ...(word ?? { expiries: null, head: 'unreadable' }) }));
};

const keptContent = z.object({ address: z.string(), key: z.string(), content: z.record(z.string(), z.unknown()) });

/** The head in an AGGREGATE message's content; null where it is about something else. */
export const headIn = (value: unknown, address: string): JournalCopy['head'] => {
  const read = keptContent.safeParse(value).data;
  return read?.key === key && read.address === address ? headOf(read.content[headKey]) : null;
};

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

const removal = z.strictObject({ address: evmAddress, key: z.literal(key), time: contentTime, content: z.record(itemHash, z.null()) });

/** Null under each VM's hash, which every reader skips; an entry's key stays (protocol-ccn.md §6.2). */
export const journalRemovalContent = (order: { ids: readonly string[]; address: string; at: number }): z.output<typeof removal> =>
  checked('AGGREGATE', removal, {
    address: order.address,
    key,
    time: order.at / 1000,
    content: Object.fromEntries(order.ids.map((id) => [id, null])),
  });

const headMessage = z.strictObject({
  address: evmAddress,
  key: z.literal(key),
  time: contentTime,
  content: z.strictObject({
    [headKey]: z.strictObject({
      id: headId,
      rows: z.int().positive(),
      head: itemHash,
      at: z.iso.datetime(),
      approver: approverAddress.nullable(),
      rootPolicy: z.boolean(),
    }),
  }),
});

/** The ledger's head in place of the one before; of two with the same time the network would drop the second. */
export const headContent = ({ id, rows, head, at, governance }: HeadOrder, address: string): z.output<typeof headMessage> =>
  checked('AGGREGATE', headMessage, {
    address,
    key,
    time: at / 1000,
    content: { [headKey]: { id, rows, head, at: formatInstant(at), ...governance } },
  });
