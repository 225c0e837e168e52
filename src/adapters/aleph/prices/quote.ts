import { createHash } from 'node:crypto';
import type { Decimal } from 'decimal.js';
import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { specRate } from '../../../domain/money/product-price.ts';
import type { PricedOrder, PriceTable } from '../../../ports/network/prices.ts';
import { agreeing } from '../http/agreeing.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { printed } from '../http/printed.ts';
import { wireDecimal } from '../http/wire-values.ts';
import { instanceContent } from '../messages/instance-content.ts';

const shape = z.object({ payment_type: z.literal('credit'), cost: wireDecimal });

/** Stands for a key that does not exist yet; keys cost nothing. */
const anyKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Older nodes have no estimate endpoint; then, and where nothing answers, the table alone counts. */
const without = (status: number): boolean => status === 404 || status === 405 || status === 429 || status >= 500;

/**
 * Credits per second of a VM: the network's estimate for exactly this content, which must be what its table gives to within
 * 1e-9. `PRICE_UNREADABLE` where they differ, or where the network refuses to estimate.
 */
export const quote = async (ccn: CcnHosts, order: PricedOrder & { at: number }, table: PriceTable): Promise<Decimal> => {
  const expected = specRate(order.spec, table);
  const { owner, spec, node, gpus, at } = order;
  const content = instanceContent({
    owner,
    label: 'estimate',
    spec,
    node,
    gpus,
    sshKeys: [anyKey],
    expiresAt: at + 3_600_000,
    at,
  });
  const text = JSON.stringify(content);
  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  const message = {
    type: 'INSTANCE',
    item_type: 'inline',
    item_hash: hash,
    item_content: text,
    sender: owner,
    chain: 'ETH',
    time: content.time,
  };
  const question = { method: 'POST' as const, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
  const found = await agreeing<{ host: string; cost: Decimal | null }>(ccn, {
    about: "this VM's price",
    read: async (host, signal) => {
      const reading = await ccn.from(host, '/api/v0/price/estimate', shape, { ...question, signal });
      if (reading.kind === 'silent' || (reading.kind === 'status' && without(reading.status))) return null;
      return { host, cost: reading.kind === 'value' ? reading.value.cost : null };
    },
    print: ({ cost }) => printed(cost),
    says: ({ cost }) => (cost === null ? 'nothing that can be read' : `${cost.toFixed()} credits per second`),
    enough: 'the first',
  });
  if (found.kind === 'open') return expected;
  const { host, cost } = found.value;
  if (cost === null) {
    throw new Failure('PRICE_UNREADABLE', `${new URL(host).host} does not estimate this VM's price in a form that can be read.`);
  }
  if (cost.minus(expected).abs().gt('1e-9')) {
    const figures = `${cost.toFixed()} credits per second estimated, ${expected.toFixed()} by the price table`;
    throw new Failure('PRICE_UNREADABLE', `The network's estimate and its price table differ: ${figures}.`);
  }
  return cost;
};
