import { describe, expect, it } from 'vitest';
import { createWorld, newDevnet } from '../crn-world.ts';

const card = { vendor: 'NVIDIA', device_name: 'AD104GL', device_class: '0300', device_id: '10de:27b0' };
/** The sound nodes: 1 has a small card, 2 encrypts memory. */
const [plain, carded, sealed] = [0, 1, 2];
const trusted = { internet: true, hypervisor: 'qemu', trusted_execution: { policy: 1, firmware: null } };

const withGpu = (node: string) => ({
  environment: { internet: true, hypervisor: 'qemu' },
  requirements: { node: { node_hash: node }, gpu: [card] },
});

describe('a card of a node', () => {
  it('goes to one VM, and is free again when that is erased', async () => {
    const world = createWorld(newDevnet({ nodes: 3 }));
    const crn = world.devnet.crns[carded]!;
    const free = async () => {
      const usage = (await (await world.get(`${crn.address}/about/usage/system`)).json()) as { gpu: { available_devices: unknown[] } };
      return usage.gpu.available_devices.length;
    };
    expect(await free()).toBe(1);
    const first = await world.instance(carded, withGpu(crn.spec.hash));
    expect((await world.notify(carded, first)).status).toBe(200);
    expect(await free()).toBe(0);
    const second = await world.instance(carded, { ...withGpu(crn.spec.hash), metadata: { name: 'second' } });
    const refused = await world.notify(carded, second);
    expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining('Failed to find available GPU')]);
    await world.operate(carded, first, 'erase');
    expect(await free()).toBe(1);
    await world.devnet.close();
  });

  it('is nothing that a node without it starts', async () => {
    const world = createWorld(newDevnet({ nodes: 3 }));
    const hash = await world.instance(plain, withGpu(world.devnet.crns[plain]!.spec.hash));
    expect((await world.notify(plain, hash)).status).toBe(500);
    await world.devnet.close();
  });
});

describe('a confidential VM', () => {
  it('is taken in by a node that encrypts, and waits before its boot for a secret, however long', async () => {
    const world = createWorld(newDevnet({ nodes: 3 }));
    const hash = await world.instance(sealed, { environment: trusted });
    expect((await world.notify(sealed, hash)).status).toBe(200);
    await world.run(world.devnet.clock.wait(3_600_000));
    const row = (await world.list(sealed))[hash] as unknown as Record<string, unknown>;
    expect(row).toMatchObject({ running: false, awaiting_confidential_init: true });
    await world.devnet.close();
  });

  it('is refused by a node that cannot encrypt', async () => {
    const world = createWorld(newDevnet({ nodes: 3 }));
    const hash = await world.instance(plain, { environment: trusted });
    expect((await world.notify(plain, hash)).status).toBe(500);
    expect(Object.keys(await world.list(plain))).not.toContain(hash);
    await world.devnet.close();
  });
});
