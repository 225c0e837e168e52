import { ethers } from 'ethers';
import { describe, expect, it } from 'vitest';
import { createWorld, g1, g2, newDevnet } from './crn-world.ts';

const unknown = 'ab'.repeat(32);
const ok = { success: true, successful: true, failing: [], errors: {} };

describe('POST /control/allocation/notify', () => {
  it('answers when the VM runs, after a boot that takes time', async () => {
    const world = createWorld();
    const hash = await world.instance(g1);
    const before = world.devnet.clock.now();
    const response = await world.notify(g1, hash);
    expect([response.status, await response.json()]).toEqual([200, ok]);
    const took = world.devnet.clock.now() - before;
    expect(took).toBeGreaterThanOrEqual(15_000);
    expect(took).toBeLessThanOrEqual(71_000);
    expect((await world.list(g1))[hash]?.running).toBe(true);
  });

  it('answers at once for what runs already, and downloads an image only once', async () => {
    const world = createWorld();
    const first = await world.instance(g1);
    await world.notify(g1, first);
    const before = world.devnet.clock.now();
    expect((await world.notify(g1, first)).status).toBe(200);
    expect(world.devnet.clock.now()).toBe(before);
    const second = await world.instance(g1, { metadata: { name: 'second' } });
    const from = world.devnet.clock.now();
    await world.notify(g1, second);
    expect(world.devnet.clock.now() - from).toBeLessThanOrEqual(31_500);
  });

  it('refuses in the order of the real checks', async () => {
    const world = createWorld();
    const address = world.devnet.crns[g1]!.address;
    const url = `${address}/control/allocation/notify`;
    const verdict = async (body: unknown) => {
      const response = await world.post(url, body);
      return [response.status, await response.json()];
    };
    expect(await verdict('no json')).toEqual([400, { error: 'Body is not valid JSON' }]);
    const [status, twice] = await verdict({});
    expect(status).toBe(400);
    expect(JSON.parse(twice as string)).toMatchObject([{ type: 'missing', loc: ['instance'] }]);
    expect((await verdict({ instance: 'nonsense' }))[0]).toBe(400);
    expect(await verdict({ instance: unknown })).toEqual([
      500,
      { error: `Aleph message not found: ${unknown}`, error_type: "<class 'FileNotFoundError'>" },
    ]);
    const post = await world.message('POST', { type: 'note', content: {} });
    expect(await verdict({ instance: post })).toEqual([
      500,
      { error: 'Parsed message is not executable', error_type: "<class 'AssertionError'>" },
    ]);
    const elsewhere = await world.instance(g2);
    expect(await verdict({ instance: elsewhere })).toEqual([400, { error: '400: Instance is allocated to a different node' }]);
    const here = await world.instance(g1);
    await world.forget(here);
    expect((await verdict({ instance: here }))[0]).toBe(500);
  });

  it('asks for an hour of credits', async () => {
    const { address, privateKey } = new ethers.Wallet(`0x${'5c'.padStart(64, '0')}`);
    const account = { address, privateKey };
    const world = createWorld(newDevnet({ fund: [{ address, usd: '0.35' }], expenseEveryMs: 600_000 }));
    const hash = await world.instance(g1, {}, account);
    await world.devnet.clock.advance(23.9 * 3_600_000);
    const left = world.devnet.chain.creditBalance(account.address);
    expect(left).toBeLessThan(14_250n);
    const response = await world.notify(g1, hash);
    const { error } = (await response.json()) as { error: string };
    expect(response.status).toBe(402);
    expect(error).toMatch(
      new RegExp(`^Insufficient credits for this instance\\n\\nRequired: 14249\\.99\\d+ credits \\nCurrent user credits: ${left}$`),
    );
  });

  it('refuses what does not fit, G1 in one way and G2 in another', async () => {
    const world = createWorld();
    for (const node of [g1, g2]) world.devnet.faults.add({ target: `crn-${node}`, kind: 'full' });
    const old = await world.notify(g1, await world.instance(g1));
    expect([old.status, await old.json()]).toEqual([503, { error: 'This CRN cannot host the requested instance at this time.' }]);
    const hash = await world.instance(g2);
    const newer = await world.notify(g2, hash);
    expect(newer.status).toBe(503);
    expect(await newer.json()).toMatchObject({ success: false, successful: false, failing: [hash] });
  });

  it('R-06 of a VM paid by credits that names terms: 1.x cannot read it, as aleph-message 1.0 has it, and 2.x takes it', async () => {
    const world = createWorld();
    const naming = (node: number) => ({
      requirements: { node: { node_hash: world.devnet.crns[node]!.spec.hash, terms_and_conditions: 'ab'.repeat(32) } },
    });
    const old = await world.notify(g1, await world.instance(g1, naming(g1)));
    expect([old.status, await old.json()]).toEqual([
      500,
      {
        error: expect.stringContaining('Value error, Only PAYG/coco instances can have a terms_and_conditions'),
        error_type: "<class 'pydantic_core._pydantic_core.ValidationError'>",
      },
    ]);
    expect(await world.list(g1)).toEqual({});
    expect((await world.notify(g2, await world.instance(g2, naming(g2)))).status).toBe(200);
    await world.run(world.devnet.clock.wait(5 * 60_000));
    expect(await world.list(g1)).toEqual({});
  });

  it('counts what it committed: capacity runs out', async () => {
    const world = createWorld(newDevnet({ fund: [{ address: newDevnet().accounts[0]!.address, usd: '100000' }] }));
    const statuses = new Set<number>();
    for (let i = 0; i < 12; i++) {
      const big = { resources: { vcpus: 12, memory: 24_576, seconds: 30 }, metadata: { name: `big ${i}` } };
      statuses.add((await world.notify(g1, await world.instance(g1, big))).status);
    }
    expect([...statuses]).toEqual([200, 503]);
  });

  it('can be told to fail, to conflict, and never to answer while the VM starts', async () => {
    const world = createWorld();
    const { faults, clock } = world.devnet;
    const hash = await world.instance(g1);
    faults.add({ target: 'crn-1', kind: 'notify-conflict', times: 1 });
    expect((await world.notify(g1, hash)).status).toBe(409);
    faults.add({ target: 'crn-1', kind: 'notify-fails', times: 1 });
    expect((await world.notify(g1, hash)).status).toBe(503);
    faults.add({ target: 'crn-1', kind: 'notify-timeout', times: 1 });
    const signal = AbortSignal.timeout(20);
    const url = `${world.devnet.crns[g1]!.address}/control/allocation/notify`;
    const call = world.devnet.fetch(url, { method: 'POST', body: JSON.stringify({ instance: hash }), signal });
    await expect(call).rejects.toThrow();
    await clock.advance(80_000);
    expect((await world.list(g1))[hash]?.running).toBe(true);
  });
});
