import * as z from 'zod';
import type { SecurityCopy, SecurityVersion } from '../../../domain/grants/security-state.ts';
import { counted } from '../../../domain/text/counted.ts';
import type { GrantsCopy } from '../../../ports/network/accounts.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { aggregateOf, aggregatePath } from '../http/official-aggregates.ts';
import { printed, printedInAnyOrder } from '../http/printed.ts';
import { parsed } from '../http/read-json.ts';
import { pagesFrom } from '../http/read-pages.ts';
import { wordsOfAll } from '../http/words-of-all.ts';
import { checked, contentTime, evmAddress } from '../messages/instance-content.ts';
import { type SignedEnvelope, signedEnvelope } from '../messages/verify-message.ts';

const key = 'security';

const listed = signedEnvelope.extend({ type: z.literal('AGGREGATE') });
const page = z.object({ messages: z.array(listed), pagination_total: z.int().nonnegative() });
const written = z.object({
  address: z.string(),
  key: z.string(),
  time: z.number(),
  content: z.record(z.string(), z.unknown()),
});
const merged = z.object({ [key]: z.object({ authorizations: z.array(z.unknown()).nullish() }).nullish() });

/** null where the message is not what it says. */
const versionOf = async (
  message: z.output<typeof listed>,
  owner: string,
  verifies: (message: SignedEnvelope) => Promise<boolean>,
): Promise<SecurityVersion | 'another key' | null> => {
  const content = parsed(message.item_content, written)?.value;
  if (content === undefined || content.address !== owner) return null;
  if (content.key !== key) return 'another key';
  if (!(await verifies(message))) return null;
  const { authorizations } = content.content;
  if (authorizations !== undefined && !Array.isArray(authorizations)) return null;
  return { id: message.item_hash, sender: message.sender, at: content.time * 1000, authorizations: authorizations ?? null };
};

/** The list as the host merges it, null in it where there is none; null where the host does not tell. */
const mergedFrom = async (
  ccn: CcnHosts,
  host: string,
  owner: string,
  signal: AbortSignal,
): Promise<{ authorizations: readonly unknown[] | null } | null> => {
  const now = await ccn.from(host, aggregatePath(owner, key), aggregateOf(owner, merged), { limitBytes: 2 * mib, signal });
  if (now.kind === 'value') return { authorizations: now.value.data[key]?.authorizations ?? null };
  return now.kind === 'status' && now.status === 404 ? { authorizations: null } : null;
};

/**
 * Every host's copy of the owner's grants, with the messages that made them. The network cannot list AGGREGATEs by key
 * (protocol-ccn.md §2.7), so all of the owner's are read.
 */
export const security = async (
  { ccn, verifies }: { ccn: CcnHosts; verifies: (message: SignedEnvelope) => Promise<boolean> },
  owner: string,
): Promise<SecurityCopy[]> => {
  const listing = {
    path: `/api/v0/messages.json?msgTypes=AGGREGATE&owners=${encodeURIComponent(owner)}&sortOrder=1`,
    perPage: 200,
    shape: page,
    rows: (answer: z.output<typeof page>) => answer.messages,
    total: (answer: z.output<typeof page>) => answer.pagination_total,
  };
  const words = await wordsOfAll<Omit<SecurityCopy, 'host'>>(ccn, {
    about: `the grants of ${owner}`,
    read: async (host, signal) => {
      const options = { limitBytes: 8 * mib, signal };
      const [list, now] = await Promise.all([pagesFrom(ccn, host, listing, options), mergedFrom(ccn, host, owner, signal)]);
      if (list.kind !== 'value' || now === null) return null;
      const read = await Promise.all(list.value.rows.map((message) => versionOf(message, owner, verifies)));
      const versions = read.filter((version) => version !== 'another key');
      return { versions: versions.every((version) => version !== null) ? versions : null, merged: now.authorizations };
    },
    print: ({ versions, merged }) => `${printed(merged)} ${printedInAnyOrder(versions ?? [])}`,
    says: ({ merged }) => counted(merged?.length ?? 0, 'grant'),
  });
  return words.map(({ host, word }) => ({ host, ...(word ?? { versions: null, merged: null }) }));
};

/** Every host's merged list of the owner's grants, which proves nothing: the messages that made it are not read. */
export const grantsShown = async (ccn: CcnHosts, owner: string): Promise<GrantsCopy[]> => {
  const words = await wordsOfAll<readonly unknown[]>(ccn, {
    about: `the grants of ${owner}`,
    read: async (host, signal) => {
      const reading = await mergedFrom(ccn, host, owner, signal);
      return reading === null ? null : (reading.authorizations ?? []);
    },
    print: printed,
    says: ({ length }) => counted(length, 'grant'),
  });
  return words.map(({ host, word: authorizations }) => ({ host, authorizations }));
};

const content = z.strictObject({
  address: evmAddress,
  key: z.literal(key),
  time: contentTime,
  content: z.strictObject({ authorizations: z.array(z.unknown()).max(500) }),
});

/** The whole list in place of the one before: the network replaces it as a whole (protocol-ccn.md §6.2). */
export const securityContent = (order: { owner: string; authorizations: readonly unknown[]; at: number }): z.output<typeof content> =>
  checked('AGGREGATE', content, {
    address: order.owner,
    key,
    time: order.at / 1000,
    content: { authorizations: [...order.authorizations] },
  });
