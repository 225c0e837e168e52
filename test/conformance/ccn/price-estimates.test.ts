import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/devnet/ccn/item-hash.ts';
import { ccnBench } from '../../devnet/ccn/ccn-bench.ts';

interface Estimate {
  name: string;
  message_type: string;
  content: { address: string };
  response_status: number;
  response: unknown;
}

const estimates = JSON.parse(readFileSync(new URL('../../fixtures/measured/price-estimates.json', import.meta.url), 'utf8')) as Estimate[];
const STORE = 'a41464bd499e880c4d42b52ffe70a65a12ff2aadad193845cd71c28e1fe5d2a5';
const FILE = '5cda7b80a92d98c7fa3580e64d433279a285282ad8ba54aab0058e900554ac8e';

/** The 1 KiB file that the estimates were recorded with. */
const bench = () => {
  const made = ccnBench();
  const state = made.ccn.state('a');
  state.files.set(FILE, 1024);
  state.pins.set(STORE, { fileHash: FILE, owner: 'nobody', tag: STORE, created: 0 });
  return made;
};

describe('recorded price estimates', () => {
  it.each(estimates)('$name: the same to the last decimal', async ({ message_type: type, content, response_status, response }) => {
    const text = JSON.stringify(content);
    const message = {
      type,
      item_type: 'inline',
      item_hash: sha256Hex(text),
      item_content: text,
      sender: content.address,
      chain: 'ETH',
      time: 1_795_175_000,
    };
    const answer = await bench().post('/api/v0/price/estimate', { message });
    expect(answer.body).toEqual(response);
    expect(answer.status).toBe(response_status);
  });

  it('sees a price that has moved', async () => {
    const made = bench();
    const first = estimates[0];
    const pricing = made.ccn.chain.aggregate('0xFba561a84A537fCaa567bb7A2257e7142701ae2A', 'pricing') as {
      instance: { price: { compute_unit: { credit: string } } };
    };
    const dearer = structuredClone(pricing);
    dearer.instance.price.compute_unit.credit = '36000';
    made.ccn.putAggregate({ address: '0xFba561a84A537fCaa567bb7A2257e7142701ae2A', key: 'pricing', content: dearer as never });
    const answer = await made.post('/api/v0/price/estimate/instance', first?.content);
    expect(answer.body.cost).toBe('10.000000000000000000');
  });
});
