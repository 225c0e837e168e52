import * as z from 'zod';
import type { HostStatus } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';

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
