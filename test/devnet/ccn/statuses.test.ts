import { describe, expect, it } from 'vitest';
import { alice, bob, ccnBench, instanceContent, signed } from './ccn-bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const funded = (credits = 10_000_000n, options = {}) => {
  const bench = ccnBench(options);
  bench.ccn.fund(alice.address, credits);
  const status = async (hash: string): Promise<string> => (await bench.get(`/api/v0/messages/${hash}/status`)).body.status;
  return { ...bench, status };
};

const missingImage = instanceContent({
  rootfs: { parent: { ref: 'ff'.repeat(32), use_latest: true }, persistence: 'host', size_mib: 20_480 },
});

describe('retries', () => {
  it('an unknown image: 202 at once even when synchronous, pending for minutes, then 301', async () => {
    const bench = funded();
    const message = signed('INSTANCE', missingImage);
    const before = bench.clock.now();
    expect((await bench.publish(message)).body.message_status).toBe('pending');
    expect(bench.clock.now() - before).toBeLessThan(1100);
    expect(await bench.status(message.item_hash)).toBe('pending');
    expect((await bench.get(`/api/v0/price/${message.item_hash}`)).status).toBe(404);
    await bench.clock.advance(15 * MINUTE);
    const { body } = await bench.get(`/api/v0/messages/${message.item_hash}`);
    expect([body.status, body.error_code, body.details]).toEqual(['rejected', 301, { errors: ['ff'.repeat(32)] }]);
  });

  it('a FORGET that comes before its INSTANCE waits for it', async () => {
    const bench = funded();
    const vm = signed('INSTANCE', instanceContent());
    const forget = signed('FORGET', { hashes: [vm.item_hash] });
    expect((await bench.publish(forget)).status).toBe(202);
    await bench.clock.advance(45_000);
    expect((await bench.publish(vm)).status).toBe(200);
    await bench.clock.advance(5 * MINUTE);
    expect(await bench.status(vm.item_hash)).toBe('forgotten');
    expect(await bench.status(forget.item_hash)).toBe('processed');
  });

  it('forgetting twice ends in 501 after minutes', async () => {
    const bench = funded();
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(vm);
    await bench.publish(signed('FORGET', { hashes: [vm.item_hash] }));
    const again = signed('FORGET', { hashes: [vm.item_hash] });
    expect((await bench.publish(again)).status).toBe(202);
    await bench.clock.advance(15 * MINUTE);
    expect((await bench.get(`/api/v0/messages/${again.item_hash}`)).body.error_code).toBe(501);
  });
});

describe('the same bytes again', () => {
  it.each([
    ['processed', 10_000_000n],
    ['rejected', 0n],
  ] as const)('after %s: 30 s of silence, 202, status unchanged', async (kept, credits) => {
    const bench = funded(credits === 0n ? 1n : credits);
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(vm);
    if (kept === 'rejected') bench.ccn.fund(alice.address, 10_000_000n);
    const before = bench.clock.now();
    const again = await bench.publish(vm);
    expect([again.status, again.body.message_status]).toEqual([202, 'pending']);
    expect(bench.clock.now() - before).toBe(30_000);
    expect(await bench.status(vm.item_hash)).toBe(kept);
  });
});

describe('FORGET', () => {
  it('refuses strangers, FORGETs and nothing at all; keeps nothing of what it forgets', async () => {
    const bench = funded();
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(vm);
    const code = async (message: { item_hash: string }): Promise<number> => {
      await bench.publish(message);
      return (await bench.get(`/api/v0/messages/${message.item_hash}`)).body.error_code;
    };
    expect(await code(signed('FORGET', { hashes: [vm.item_hash] }, { by: bob }))).toBe(2);
    expect(await code(signed('FORGET', { hashes: [] }))).toBe(500);
    const forget = signed('FORGET', { hashes: [vm.item_hash], reason: 'done' });
    expect((await bench.publish(forget)).status).toBe(200);
    expect(await code(signed('FORGET', { hashes: [forget.item_hash] }))).toBe(502);
    expect((await bench.get(`/api/v0/price/${vm.item_hash}`)).status).toBe(410);
    const { body } = await bench.get(`/api/v0/messages/${vm.item_hash}`);
    expect(body).toMatchObject({ status: 'forgotten', forgotten_by: [forget.item_hash] });
    expect(body.message).not.toHaveProperty('content');
    expect((await bench.get(`/api/v0/messages.json?owners=${alice.address}&msgTypes=INSTANCE`)).body.messages).toEqual([]);
    expect((await bench.get(`/api/v0/costs?address=${alice.address}`)).body.summary.total_cost_credit).toBe('0.000000000000000000');
  });
});

describe('running out of credits', () => {
  it('marks the youngest for removal, takes it back when topped up, removes it at the daily collection', async () => {
    const bench = funded(684_000n, { confirmMs: 10 * MINUTE });
    const first = signed('INSTANCE', instanceContent());
    const second = signed('INSTANCE', instanceContent());
    await bench.publish(first);
    await bench.publish(second);
    await bench.clock.advance(2 * HOUR);
    expect(await bench.status(first.item_hash)).toBe('processed');
    expect(await bench.status(second.item_hash)).toBe('removing');
    expect((await bench.get(`/api/v0/messages/${second.item_hash}`)).body.reason).toBe('credit_insufficient');
    bench.ccn.fund(alice.address, 1_000_000n);
    await bench.clock.advance(HOUR);
    expect(await bench.status(second.item_hash)).toBe('processed');
    await bench.clock.advance(2 * DAY);
    expect(await bench.status(second.item_hash)).toBe('removed');
    const { body } = await bench.get(`/api/v0/messages/${second.item_hash}`);
    expect(body).toMatchObject({ reason: 'credit_insufficient', removed_at: expect.any(Number) });
    expect((await bench.get(`/api/v0/messages.json?msgStatuses=removed`)).body.pagination_total).toBeGreaterThan(0);
  });

  it('never touches what is not yet anchored on chain', async () => {
    const bench = funded(342_000n, { confirmMs: 10 * DAY });
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(vm);
    await bench.clock.advance(3 * DAY);
    expect(await bench.status(vm.item_hash)).toBe('processed');
    expect((await bench.get(`/api/v0/addresses/${alice.address}/balance`)).body.credit_balance).toBe(0);
  });
});
