import * as z from 'zod';
import type { JournalCopy } from '../../../domain/ledger/journal.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import type { HeadOrder } from '../../../ports/network/signing.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { aggregateOf, aggregatePath } from '../http/official-aggregates.ts';
import { itemHash, wireInstant } from '../http/wire-values.ts';
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

/** One host's copy of what this account has published of itself; 404 is that there is nothing (protocol-ccn.md §6.1). */
export const journalFrom = async (ccn: CcnHosts, host: string, address: string, timeoutMs: number): Promise<JournalCopy> => {
  const reading = await ccn.from(host, aggregatePath(address, key), aggregateOf(address, shape), {
    timeoutMs,
    limitBytes: 2 * mib,
  });
  if (reading.kind === 'value') {
    const entries = reading.value.data[key] ?? {};
    return { host, expiries: expiriesOf(entries), head: headOf(entries[headKey]) };
  }
  const none = reading.kind === 'status' && reading.status === 404;
  return none ? { host, expiries: {}, head: null } : { host, expiries: null, head: 'unreadable' };
};

/** Every host's word on the expiries and the ledger's head that this account has published. */
export const journal = (ccn: CcnHosts, address: string): Promise<JournalCopy[]> =>
  Promise.all(ccn.hosts.map((host) => journalFrom(ccn, host, address, answerMs)));

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
