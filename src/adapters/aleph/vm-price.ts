import type { Decimal } from 'decimal.js';
import * as z from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { CcnHosts } from './ccn-hosts.ts';
import { statusOf } from './message-status.ts';
import { wireDecimal } from './wire-values.ts';

const shape = z.object({ payment_type: z.literal('credit'), cost: wireDecimal });

/**
 * The network's own price of a VM, credits per second; null when it has none. Asked only of hosts that have processed the
 * message: for a pending one the endpoint answers HTTP 102, on which clients hang (protocol-ccn.md §5.9, §12.7).
 */
export const vmPrice = async (ccn: CcnHosts, id: string): Promise<Decimal | null> => {
  const words = await statusOf(ccn, id);
  const able = words.filter((word) => word.status === 'processed' || word.status === 'removing');
  if (words.every((word) => word.status === null))
    throw new Failure('NETWORK_UNAVAILABLE', `No CCN host says what became of message ${id}.`);
  if (able.length === 0) return null;
  const path = `/api/v0/price/${encodeURIComponent(id)}`;
  return ccn.whole<Decimal | null>(path, async (host) => {
    if (!able.some((word) => word.host === host)) return { kind: 'silent', why: 'unreachable' };
    const reading = await ccn.from(host, path, shape);
    if (reading.kind === 'status' && [400, 404, 410].includes(reading.status))
      return { kind: 'value', value: null, headers: new Headers() };
    return reading.kind === 'value' ? { ...reading, value: reading.value.cost } : reading;
  });
};
