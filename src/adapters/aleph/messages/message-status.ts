import * as z from 'zod';
import { shortId } from '../../../domain/text/short-id.ts';
import type { HostEnd, HostStatus, MessageStatus } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { itemHash, wireInstant } from '../http/wire-values.ts';
import { wordsOfAll } from '../http/words-of-all.ts';

export const wireStatus = z.enum(['pending', 'processed', 'rejected', 'removing', 'removed', 'forgotten']);

const shape = z.object({ status: wireStatus, item_hash: z.string() });

const statusFrom = async (ccn: CcnHosts, host: string, id: string, signal?: AbortSignal): Promise<MessageStatus | null> => {
  const options = signal === undefined ? {} : { signal };
  const reading = await ccn.from(host, `/api/v0/messages/${encodeURIComponent(id)}/status`, shape, { timeoutMs: 10_000, ...options });
  if (reading.kind === 'value') return reading.value.item_hash === id ? reading.value.status : null;
  return reading.kind === 'status' && reading.status === 404 ? 'unknown' : null;
};

/** Every host's word on a message (protocol-ccn.md §2.6), each waited for; 404 is `unknown`, no usable answer is null. */
export const statusOf = (ccn: CcnHosts, id: string, signal?: AbortSignal): Promise<HostStatus[]> =>
  Promise.all(ccn.hosts.map(async (host) => ({ host, status: await statusFrom(ccn, host, id, signal) })));

/** The same, where a host that is slower by far than others which agree counts as one without an answer. */
export const statusSoon = async (ccn: CcnHosts, id: string): Promise<HostStatus[]> => {
  const words = await wordsOfAll<MessageStatus>(ccn, {
    about: `message ${shortId(id)}`,
    read: (host, signal) => statusFrom(ccn, host, id, signal),
    print: (status) => status,
    says: (status) => status,
  });
  return words.map(({ host, word: status }) => ({ host, status }));
};

const channelled = z.object({ item_hash: z.string(), message: z.object({ channel: z.string().max(128).nullish() }) });

/** The channel of a message as two hosts (or the only one) give it, '' for none; null where no two agree. */
export const channelOf = async (ccn: CcnHosts, id: string): Promise<string | null> => {
  const readings = await Promise.all(ccn.hosts.map((host) => ccn.from(host, `/api/v0/messages/${encodeURIComponent(id)}`, channelled)));
  const told = readings.flatMap((reading) =>
    reading.kind === 'value' && reading.value.item_hash === id ? [reading.value.message.channel ?? ''] : [],
  );
  const needed = Math.min(2, ccn.hosts.length);
  return told.find((channel) => told.filter((one) => one === channel).length >= needed) ?? null;
};

const ended = z.object({
  status: wireStatus,
  item_hash: itemHash,
  forgotten_by: z.array(itemHash).nullish(),
  removed_at: z.number().nonnegative().nullish(),
});
const received = z.object({ item_hash: itemHash, reception_time: wireInstant });

/**
 * Every host's word on how a message ended (protocol-ccn.md §2.6). A FORGET may be signed hours before it is sent, so its own time says
 * nothing; when the host received it does.
 */
export const endsOf = async (ccn: CcnHosts, id: string): Promise<HostEnd[]> => {
  const words = await wordsOfAll<Omit<HostEnd, 'host'>>(ccn, {
    about: `how ${shortId(id)} ended`,
    read: async (host, signal) => {
      const reading = await ccn.from(host, `/api/v0/messages/${encodeURIComponent(id)}`, ended, { signal });
      if (reading.kind !== 'value' || reading.value.item_hash !== id) return null;
      const { status, removed_at, forgotten_by } = reading.value;
      if (status === 'removed') return { ended: 'removed', forget: null, at: msOf(removed_at) };
      if (status !== 'forgotten') return noEnd;
      const forget = forgotten_by?.[0] ?? null;
      return { ended: 'forgotten', forget, at: forget === null ? null : await receivedAt(ccn, host, forget, signal) };
    },
    // each host received the FORGET at a time of its own
    print: ({ ended: how, forget }) => `${how} ${forget}`,
    says: ({ ended: how, forget }) => `${how ?? 'not ended'}${forget === null ? '' : ` by ${shortId(forget)}`}`,
  });
  return words.map(({ host, word }) => ({ host, ...(word ?? noEnd) }));
};

const noEnd = { ended: null, forget: null, at: null };

/** Whole seconds in ms, rounded up: a bill is never cut short. */
const inWholeSeconds = (ms: number): number => Math.ceil(ms / 1000) * 1000;

const msOf = (seconds: number | null | undefined): number | null => (seconds == null ? null : inWholeSeconds(seconds * 1000));

const receivedAt = async (ccn: CcnHosts, host: string, forget: string, signal: AbortSignal): Promise<number | null> => {
  const reading = await ccn.from(host, `/api/v0/messages/${forget}/status`, received, { signal });
  return reading.kind === 'value' && reading.value.item_hash === forget ? inWholeSeconds(reading.value.reception_time) : null;
};
