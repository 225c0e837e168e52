import { ethers } from 'ethers';
import { describe, expect, it } from 'vitest';
import { createWorld, g1, g2, newDevnet } from '../crn/crn-world.ts';

const minutes = 60_000;

const rowOf = async (world: ReturnType<typeof createWorld>, hash: string): Promise<Record<string, unknown> | null> => {
  const response = await world.get(`${world.devnet.origins.scheduler}/api/v1/vms/${hash}`);
  return response.status === 404 ? null : ((await response.json()) as Record<string, unknown>);
};

describe('the scheduler', () => {
  it('takes its time: unknown, scheduled, dispatched; unscheduled after FORGET, and the VM goes within minutes', async () => {
    const world = createWorld();
    const hash = await world.instance(g1);
    expect(await rowOf(world, hash)).toBeNull();
    await world.devnet.clock.advance(61_000);
    expect(await rowOf(world, hash)).toMatchObject({ status: 'scheduled', allocated_node: world.devnet.crns[g1]!.spec.hash });
    await world.devnet.clock.advance(2 * minutes);
    expect(await rowOf(world, hash)).toMatchObject({ status: 'dispatched', observed_nodes: [world.devnet.crns[g1]!.spec.hash] });
    await world.forget(hash);
    await world.devnet.clock.advance(minutes);
    expect(await rowOf(world, hash)).toMatchObject({ status: 'unscheduled', allocated_node: null });
    expect(Object.keys(await world.list(g1))).toEqual([hash]);
    await world.devnet.clock.advance(4 * minutes);
    expect(await world.list(g1)).toEqual({});
    expect((await rowOf(world, hash))?.['status']).toBe('unscheduled');
  });

  it('gives an unpinned VM to the best node that has room', async () => {
    const world = createWorld();
    const hash = await world.instance(null);
    await world.devnet.clock.advance(3 * minutes);
    const row = await rowOf(world, hash);
    expect(row?.['status']).toBe('dispatched');
    expect(world.devnet.crns.filter((crn) => hash in crn.state.vms)).toHaveLength(1);
  });

  it('sees a VM twice that was notified to a node of its own choice', async () => {
    const world = createWorld();
    const hash = await world.instance(null);
    await world.devnet.clock.advance(3 * minutes);
    const [placed] = world.devnet.crns.filter((crn) => hash in crn.state.vms);
    expect((await world.notify(placed?.spec.index === g1 ? g2 : g1, hash)).status).toBe(200);
    await world.devnet.clock.advance(minutes);
    expect((await rowOf(world, hash))?.['status']).toBe('duplicated');
  });

  it('calls a VM unschedulable when its node is full or dead', async () => {
    for (const kind of ['full', 'dead'] as const) {
      const world = createWorld();
      world.devnet.faults.add({ target: 'crn-1', kind });
      const hash = await world.instance(g1);
      await world.devnet.clock.advance(2 * minutes);
      expect(await rowOf(world, hash)).toMatchObject({ status: 'unschedulable', allocated_node: null });
    }
  });

  it('a node that dies while a VM boots leaves it missing or scheduled, never running', async () => {
    const world = createWorld();
    world.devnet.faults.add({ target: 'crn-1', kind: 'dies-mid-boot', times: 1 });
    const hash = await world.instance(g1);
    await world.devnet.clock.advance(5 * minutes);
    expect(['scheduled', 'missing']).toContain((await rowOf(world, hash))?.['status']);
    await expect(world.list(g1)).rejects.toThrow();
    expect(world.devnet.faults.list()).toMatchObject([{ target: 'crn-1', kind: 'dead' }]);
  });

  it('can be told never to place anything', async () => {
    const world = createWorld();
    world.devnet.faults.add({ target: 'scheduler', kind: 'never-placed' });
    const hash = await world.instance(g1);
    await world.devnet.clock.advance(5 * minutes);
    expect(await rowOf(world, hash)).toBeNull();
  });

  it('pages with at most 200 rows and filters', async () => {
    const world = createWorld(newDevnet({ nodes: 230 }));
    const page = async (query: string) => {
      const response = await world.get(`${world.devnet.origins.scheduler}/api/v1/nodes?${query}`);
      return { status: response.status, body: (await response.json()) as { items: unknown[]; pagination: Record<string, number> } };
    };
    expect((await page('page_size=201')).status).toBe(400);
    const second = await page('page_size=200&page=2');
    expect(second.body.items).toHaveLength(30);
    expect(second.body.pagination).toEqual({ page: 2, page_size: 200, total_items: 230, total_pages: 2 });
    const hash = await world.instance(g2);
    await world.devnet.clock.advance(2 * minutes);
    const vms = await world.get(`${world.devnet.origins.scheduler}/api/v1/vms?owner=${world.account.address}&vm_hash=${hash.slice(0, 6)}`);
    expect(await vms.json()).toMatchObject({ items: [{ vm_hash: hash, owner: world.account.address }], pagination: { total_items: 1 } });
    const plan = await world.get(`${world.devnet.origins.scheduler}/api/v0/plan`);
    expect(await plan.json()).toMatchObject({ plan: { [world.devnet.crns[g2]!.spec.hash]: { instances: [hash] } } });
    const allocation = await world.get(`${world.devnet.origins.scheduler}/api/v0/allocation/${hash}`);
    expect(await allocation.json()).toMatchObject({ vm_hash: hash, node: { url: world.devnet.crns[g2]!.address } });
    expect((await world.get(`${world.devnet.origins.scheduler}/api/v0/allocation/${'0'.repeat(64)}`)).status).toBe(404);
  });
});

describe('nodes by themselves', () => {
  it.each([
    ['G1', g1],
    ['G2', g2],
  ] as const)('stop what its owner cannot pay for any more, on %s', async (_, node) => {
    const { address, privateKey } = new ethers.Wallet(`0x${'5d'.padStart(64, '0')}`);
    const world = createWorld(newDevnet({ fund: [{ address, usd: '0.342' }], expenseEveryMs: 600_000 }));
    const hash = await world.instance(node, {}, { address, privateKey });
    await world.devnet.clock.advance(3 * minutes);
    expect((await world.list(node))[hash]?.running).toBe(true);
    await world.devnet.clock.advance(24.5 * 60 * minutes);
    expect(await world.list(node)).toEqual({});
  });

  it('remember their VMs over a restart of the devnet', async () => {
    const world = createWorld();
    const hash = await world.instance(g1);
    await world.notify(g1, hash);
    const before = await world.list(g1);
    const saved = JSON.parse(JSON.stringify(world.devnet.save())) as ReturnType<typeof world.devnet.save>;
    const after = createWorld(newDevnet({ saved }));
    expect(after.devnet.clock.now()).toBe(world.devnet.clock.now());
    expect(await after.list(g1)).toEqual(before);
    await after.devnet.clock.advance(2 * minutes);
    expect((await rowOf(after, hash))?.['status']).toBe('dispatched');
    await after.forget(hash);
    await after.devnet.clock.advance(5 * minutes);
    expect(await after.list(g1)).toEqual({});
  });
});
