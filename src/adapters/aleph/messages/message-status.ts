import * as z from 'zod';
import type { HostEnd, HostStatus } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { itemHash, wireInstant } from '../http/wire-values.ts';

export const wireStatus = z.enum(['pending', 'processed', 'rejected', 'removing', 'removed', 'forgotten']);

const shape = z.object({ status: wireStatus, item_hash: z.string() });

/** Every host's word on a message (protocol-ccn.md §2.6); 404 is `unknown`, no usable answer is null. */
export const statusOf = async (ccn: CcnHosts, id: string, signal?: AbortSignal): Promise<HostStatus[]> =>
  Promise.all(
    ccn.hosts.map(async (host) => {
      const options = signal === undefined ? {} : { signal };
      const reading = await ccn.from(host, `/api/v0/messages/${encodeURIComponent(id)}/status`, shape, { timeoutMs: 10_000, ...options });
      if (reading.kind === 'value') return { host, status: reading.value.item_hash === id ? reading.value.status : null };
      return { host, status: reading.kind === 'status' && reading.status === 404 ? 'unknown' : null };
    }),
  );

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
export const endsOf = async (ccn: CcnHosts, id: string): Promise<HostEnd[]> =>
  Promise.all(
    ccn.hosts.map(async (host): Promise<HostEnd> => {
      const reading = await ccn.from(host, `/api/v0/messages/${encodeURIComponent(id)}`, ended);
      const value = reading.kind === 'value' && reading.value.item_hash === id ? reading.value : null;
      if (value?.status === 'removed') return { host, ended: 'removed', forget: null, at: msOf(value.removed_at) };
      if (value?.status !== 'forgotten') return { host, ended: null, forget: null, at: null };
      const forget = value.forgotten_by?.[0] ?? null;
      return { host, ended: 'forgotten', forget, at: forget === null ? null : await receivedAt(ccn, host, forget) };
    }),
  );

/** Whole seconds in ms, rounded up: a bill is never cut short. */
const inWholeSeconds = (ms: number): number => Math.ceil(ms / 1000) * 1000;

const msOf = (seconds: number | null | undefined): number | null => (seconds == null ? null : inWholeSeconds(seconds * 1000));

const receivedAt = async (ccn: CcnHosts, host: string, forget: string): Promise<number | null> => {
  const reading = await ccn.from(host, `/api/v0/messages/${forget}/status`, received);
  return reading.kind === 'value' && reading.value.item_hash === forget ? inWholeSeconds(reading.value.reception_time) : null;
};
