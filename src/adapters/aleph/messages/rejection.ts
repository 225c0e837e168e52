import * as z from 'zod';
import { cleanUntrustedLine } from '../../../domain/text/untrusted.ts';
import type { Rejection } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';

const shape = z.object({ status: z.literal('rejected'), item_hash: z.string(), error_code: z.int(), details: z.unknown().optional() });

/** What the codes of protocol-ccn.md §2.5 mean to us. */
const reasons: Readonly<Record<number, Rejection['reason']>> = {
  0: 'format',
  1: 'signature',
  2: 'permission',
  3: 'image',
  4: 'image',
  5: 'payment',
  6: 'credits',
  202: 'payment',
  301: 'image',
  304: 'image',
  500: 'target',
  501: 'target',
  502: 'target',
  503: 'target',
  504: 'target',
};

export const rejection = (code: number, details: unknown): Rejection => ({
  code,
  reason: reasons[code] ?? 'other',
  details: plain(details, 4),
});

/** The network's details, cut to what can be shown: few, short, clean. */
const plain = (value: unknown, depth: number): unknown => {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return cleanUntrustedLine(value).slice(0, 400);
  if (typeof value !== 'object' || depth === 0) return null;
  if (Array.isArray(value)) return value.slice(0, 16).map((item) => plain(item, depth - 1));
  const entries = Object.entries(value).slice(0, 16);
  return Object.fromEntries(entries.map(([key, member]) => [cleanUntrustedLine(key).slice(0, 64), plain(member, depth - 1)]));
};

/**
 * Why a message was rejected, by the first of these hosts that tells; null where none does. The answer to the post does not say, the stored
 * message does (protocol-ccn.md §2.1).
 */
export const rejectionOf = async (ccn: CcnHosts, id: string, hosts: readonly string[]): Promise<Rejection | null> => {
  for (const host of hosts) {
    const reading = await ccn.from(host, `/api/v0/messages/${id}`, shape);
    if (reading.kind === 'value' && reading.value.item_hash === id) return rejection(reading.value.error_code, reading.value.details);
  }
  return null;
};
