import { Decimal } from 'decimal.js';
import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { VmPrice } from '../../../ports/network/prices.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { wireDecimal } from '../http/wire-values.ts';
import { statusSoon } from '../messages/message-status.ts';

const shape = z.object({ payment_type: z.literal('credit'), cost: wireDecimal });

/** What a host answers that has no price for it. */
const nothing = new Set([400, 404, 410]);

/**
 * The network's own price of a VM: what two hosts say alike, else the dearest that one says; null when they have none. Asked only
 * of hosts that have processed the message: for a pending one the endpoint answers HTTP 102, on which clients hang
 * (protocol-ccn.md §5.9, §12.7).
 */
export const vmPrice = async (ccn: CcnHosts, id: string): Promise<VmPrice | null> => {
  const words = await statusSoon(ccn, id);
  const able = words.filter((word) => word.status === 'processed' || word.status === 'removing');
  if (words.every((word) => word.status === null))
    throw new Failure('NETWORK_UNAVAILABLE', `No CCN host says what became of message ${id}.`);
  if (able.length === 0) return null;
  const path = `/api/v0/price/${encodeURIComponent(id)}`;
  const readings = await Promise.all(able.map(({ host }) => ccn.from(host, path, shape)));
  const costs = readings.flatMap((reading) => (reading.kind === 'value' ? [reading.value.cost] : []));
  if (costs.length > 0) return agreed(costs, Math.min(2, ccn.hosts.length));
  if (readings.some((reading) => reading.kind === 'status' && nothing.has(reading.status))) return null;
  const unusable = readings.some(({ kind }) => kind === 'invalid');
  throw new Failure(unusable ? 'NETWORK_ANSWER_INVALID' : 'NETWORK_UNAVAILABLE', `No CCN host tells the price of message ${id}.`);
};

const agreed = (costs: readonly Decimal[], needed: number): VmPrice => {
  const common = costs.find((cost) => costs.filter((other) => other.eq(cost)).length >= needed);
  return common === undefined ? { perSecond: Decimal.max(...costs), agreed: false } : { perSecond: common, agreed: true };
};
