import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { evmAddress } from '../messages/instance-content.ts';

const shape = z.object({ authorizations: z.record(z.string(), z.unknown()), pagination_total: z.int().nonnegative() });
const most = 500;

/** Owners who name this address in their grants, by any host (protocol-ccn.md §1.6). Only a hint: callers read the owner's own messages. */
export const grantedBy = async (ccn: CcnHosts, address: string): Promise<string[]> => {
  const path = `/api/v0/authorizations/received/${encodeURIComponent(address)}.json?pagination=${most}&page=1`;
  const readings = await Promise.all(ccn.hosts.map((host) => ccn.from(host, path, shape)));
  const found = readings.flatMap((reading) => (reading.kind === 'value' ? [Object.keys(reading.value.authorizations)] : []));
  if (found.length === 0) throw new Failure('NETWORK_UNAVAILABLE', `No CCN host tells who has given a grant to ${address}.`);
  return [...new Set(found.flat())].filter((owner) => evmAddress.safeParse(owner).success).sort();
};
