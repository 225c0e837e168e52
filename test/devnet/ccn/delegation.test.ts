import { describe, expect, it } from 'vitest';
import { alice, bob, ccnBench, instanceContent, signed } from './ccn-bench.ts';

const granting = async (entry: Record<string, unknown>) => {
  const bench = ccnBench();
  bench.ccn.fund(alice.address, 10_000_000n);
  await bench.publish(signed('AGGREGATE', { key: 'security', content: { authorizations: [{ address: bob.address, ...entry }] } }));
  return bench;
};
const forAlice = { by: bob, owner: alice.address };

describe('the security aggregate', () => {
  it('lets a delegate create and forget; the owner pays', async () => {
    const bench = await granting({ types: ['INSTANCE'], chain: 'ETH', channels: ['TEST'] });
    const vm = signed('INSTANCE', instanceContent(), forAlice);
    expect((await bench.publish(vm)).status).toBe(200);
    expect((await bench.get(`/api/v0/costs?address=${alice.address}`)).body.summary.resource_count).toBe(1);
    const lists = await Promise.all(
      ['owners', 'addresses'].map((by) => bench.get(`/api/v0/messages.json?msgTypes=INSTANCE&${by}=${alice.address}`)),
    );
    expect(lists.map((list) => list.body.pagination_total)).toEqual([1, 0]);
    expect((await bench.publish(signed('FORGET', { hashes: [vm.item_hash] }, { by: bob }))).status).toBe(200);
  });

  it('finds the address whatever its case', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 10_000_000n);
    await bench.publish(
      signed('AGGREGATE', { key: 'security', content: { authorizations: [{ address: bob.address.toLowerCase(), types: ['INSTANCE'] }] } }),
    );
    expect((await bench.publish(signed('INSTANCE', instanceContent(), forAlice))).status).toBe(200);
    expect((await bench.get(`/api/v0/authorizations/received/${bob.address}.json`)).body.authorizations).toEqual({});
  });

  it.each([
    ['another type', { types: ['POST'] }],
    ['another channel', { channels: ['ELSEWHERE'] }],
    ['another chain', { chain: 'SOL' }],
  ])('keeps out what it grants for %s', async (_name, entry) => {
    const bench = await granting(entry);
    expect((await bench.publish(signed('INSTANCE', instanceContent(), forAlice))).status).toBe(422);
  });

  it('can be rewritten by a delegate whose AGGREGATE has no keys, and not by one who has', async () => {
    const grab = signed('AGGREGATE', { key: 'security', content: { authorizations: [] } }, forAlice);
    expect((await (await granting({ types: ['AGGREGATE'], aggregate_keys: ['port-forwarding'] })).publish(grab)).status).toBe(422);
    expect((await (await granting({ types: ['AGGREGATE'] })).publish(grab)).status).toBe(200);
  });

  it('is read from both sides', async () => {
    const bench = await granting({ types: ['INSTANCE'] });
    const granted = await bench.get(`/api/v0/authorizations/granted/${alice.address}.json`);
    const received = await bench.get(`/api/v0/authorizations/received/${bob.address}.json`);
    expect(granted.body.authorizations).toEqual({ [bob.address]: [{ types: ['INSTANCE'] }] });
    expect(received.body.authorizations).toEqual({ [alice.address]: [{ types: ['INSTANCE'] }] });
    expect((await bench.get(`/api/v0/authorizations/granted/${bob.address}.json`)).body.pagination_total).toBe(0);
  });
});
