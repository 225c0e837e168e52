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

  it("N-05 lets a delegate move the owner's credits to anybody, by the one POST type and the one channel that it names", async () => {
    const bench = await granting({ types: ['POST'], post_types: ['aleph_credit_transfer'], channels: ['ALEPH_CREDIT'], chain: 'ETH' });
    const post = (to: string, amount: number, { type = 'aleph_credit_transfer', channel = 'ALEPH_CREDIT' } = {}) =>
      bench.publish(signed('POST', { type, content: { transfer: { credits: [{ address: to, amount }] } } }, { ...forAlice, channel }));
    const held = async (address: string): Promise<number> => (await bench.get(`/api/v0/addresses/${address}/balance`)).body.credit_balance;
    const carol = `0x${'c4'.repeat(20)}`;
    expect((await post(bob.address, 4_000_000)).status).toBe(200);
    expect((await post(carol, 1_000_000)).status).toBe(200);
    expect(await Promise.all([alice.address, bob.address, carol].map(held))).toEqual([5_000_000, 4_000_000, 1_000_000]);
    const history = await bench.get(`/api/v0/addresses/${alice.address}/credit_history`);
    expect(history.body.credit_history.map((row: { amount: number; origin: string }) => [row.amount, row.origin])).toEqual(
      expect.arrayContaining([
        [-4_000_000, bob.address],
        [-1_000_000, carol],
      ]),
    );
    for (const refused of [
      await post(bob.address, 1, { type: 'note' }),
      await post(bob.address, 1, { channel: 'TEST' }),
      await post(bob.address, 5_000_001),
      await post(alice.address, 1),
    ])
      expect(refused.status).toBe(422);
    expect(await held(alice.address)).toBe(5_000_000);
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
