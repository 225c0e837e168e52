import { describe, expect, it } from 'vitest';
import { alice, bob, ccnBench, instanceContent, START, signed } from './ccn-bench.ts';

const HOUR = 3_600_000;
const balance = async (bench: ReturnType<typeof ccnBench>, address: string, host?: 'a' | 'b'): Promise<number> =>
  (await bench.get(`/api/v0/addresses/${address}/balance`, host)).body.credit_balance;

describe('credits', () => {
  it('move in steps, when expenses are posted, by what was used to the credit', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 1_000_000n);
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(vm);
    await bench.clock.advance(HOUR / 2);
    expect(await balance(bench, alice.address)).toBe(1_000_000);
    await bench.clock.advance(HOUR / 2 - bench.clock.now() + START + HOUR / 2);
    // From 0.3 s past the hour before: 3599.7 s at 3.958… credits.
    expect(await balance(bench, alice.address)).toBe(1_000_000 - 14_248);
    const { body } = await bench.get(`/api/v0/addresses/${alice.address}/credit_history`);
    expect(body.credit_history[0]).toMatchObject({
      amount: -14_248,
      payment_method: 'credit_expense',
      provider: 'ALEPH',
      origin: vm.item_hash,
    });
    expect(body.credit_history[1]).toMatchObject({ amount: 1_000_000 });
    expect((await bench.get(`/api/v0/messages/${vm.item_hash}/consumed_credits`)).body.consumed_credits).toBe(14_248);
  });

  it('are billed for what ran until the FORGET, and no further', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 1_000_000n);
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(vm);
    await bench.clock.advance(600_000 - 300);
    await bench.publish(signed('FORGET', { hashes: [vm.item_hash] }));
    await bench.clock.advance(10 * HOUR);
    const [bill] = bench.ccn.bills();
    expect((bill?.endedAt ?? 0) - (bill?.processedAt ?? 0)).toBe(600_000);
    expect(bill?.billedCredits).toBe('2374');
    expect(await balance(bench, alice.address)).toBe(1_000_000 - 2374);
  });

  it('are on record for a VM that costs none, dated before the cut-off', async () => {
    const bench = ccnBench();
    const vm = signed('INSTANCE', instanceContent({ payment: { chain: 'AVAX', type: 'superfluid' } }));
    expect((await bench.publish({ ...vm, time: 1_773_187_199 })).status).toBe(200);
    await bench.clock.advance(5 * HOUR);
    expect(bench.ccn.bills()).toMatchObject([{ hash: vm.item_hash, creditsPerSecond: '0.000000000000000000', billedCredits: '0' }]);
  });

  it('never go below nought, and leave no debt', async () => {
    const bench = ccnBench({ confirmMs: 1000 * HOUR });
    bench.ccn.fund(alice.address, 342_000n);
    await bench.publish(signed('INSTANCE', instanceContent()));
    await bench.clock.advance(40 * HOUR);
    expect(await balance(bench, alice.address)).toBe(0);
    bench.ccn.fund(alice.address, 500_000n);
    expect(await balance(bench, alice.address)).toBe(500_000);
  });

  it('expire, and are handed on with the earlier of both dates', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 1000n, START + HOUR);
    const credits = [{ address: bob.address, amount: 600, expiration: START + 5 * HOUR }];
    await bench.publish(signed('POST', { type: 'aleph_credit_transfer', content: { transfer: { credits } } }, { channel: 'ALEPH_CREDIT' }));
    const { body } = await bench.get(`/api/v0/addresses/${bob.address}/balance?include_credit_details=true`);
    expect(body.credit_balance_details).toEqual([{ expiration_date: '2026-11-20T13:00:00Z', amount: 600 }]);
    await bench.clock.advance(HOUR);
    expect([await balance(bench, alice.address), await balance(bench, bob.address)]).toEqual([0, 0]);
  });

  it.each([
    [
      'a sender who is not on the list',
      'ALEPH_CREDIT',
      'aleph_credit_distribution',
      { distribution: { token: 'USDC', chain: 'ETH', credits: [{ address: alice.address, amount: 5 }] } },
    ],
    ['another channel', 'TEST', 'aleph_credit_transfer', { transfer: { credits: [{ address: bob.address, amount: 5 }] } }],
  ])('do not move by %s', async (_name, channel, type, content) => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 100n);
    expect((await bench.publish(signed('POST', { type, content }, { channel }))).status).toBe(200);
    expect(await balance(bench, alice.address)).toBe(100);
    expect(await balance(bench, bob.address)).toBe(0);
  });

  it('are nought for whom nobody knows: balance 200, history 404, summary 200', async () => {
    const bench = ccnBench();
    expect(await balance(bench, 'not-even-an-address')).toBe(0);
    expect((await bench.get(`/api/v0/addresses/${bob.address}/credit_history`)).status).toBe(404);
    expect((await bench.get(`/api/v0/addresses/${bob.address}/credit_history/summary`)).body).toMatchObject({
      entry_count: 0,
      total_amount: 0,
    });
  });

  it('belong to the exact spelling of an address', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 100n);
    expect(await balance(bench, alice.address.toLowerCase())).toBe(0);
  });
});
