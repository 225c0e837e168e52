import { describe, expect, it } from 'vitest';
import { createWorld, g1, g2, newDevnet, startAt } from '../crn-world.ts';

describe('execution lists', () => {
  it('networking stays empty while the VM prepares, then has the derived addresses', async () => {
    const world = createWorld();
    const hash = await world.instance(g1);
    const running = world.devnet.fetch(`${world.devnet.crns[g1]!.address}/control/allocation/notify`, {
      method: 'POST',
      body: JSON.stringify({ instance: hash }),
    });
    await world.devnet.clock.advance(1_000);
    const listed = async () => {
      const response = await world.devnet.fetch(`${world.devnet.crns[g1]!.address}/v2/about/executions/list`);
      return ((await response.json()) as Awaited<ReturnType<typeof world.list>>)[hash];
    };
    expect(await listed()).toMatchObject({ networking: {}, running: false, status: { started_at: null } });
    expect((await listed())?.status['defined_at']).toMatch(/^2026-11-20 12:00:\d\d(\.\d{6})?\+00:00$/);
    await world.run(running);
    const prefix = world.devnet.crns[g1]!.spec.ipv6Prefix;
    const group = (from: number, to: number, tail = '') => Number.parseInt(hash.slice(from, to) + tail, 16).toString(16);
    const head = `${prefix}:3:${group(0, 4)}:${group(4, 8)}`;
    expect((await listed())?.networking).toMatchObject({
      ipv4_network: '172.16.4.0/24',
      ipv4_ip: '172.16.4.2',
      host_ipv4: '127.0.0.1',
      ipv6_network: `${head}:${group(8, 11, '0')}/124`,
      ipv6_ip: `${head}:${group(8, 11, '1')}`,
    });
  });

  it('v1 lists running VMs only', async () => {
    const world = createWorld();
    const hash = await world.instance(g2);
    await world.notify(g2, hash);
    const v1 = async () =>
      (await world.get(`${world.devnet.crns[g2]!.address}/about/executions/list`)).json() as Promise<Record<string, unknown>>;
    expect(await v1()).toEqual({
      [hash]: {
        networking: { ipv4: '172.16.4.0/24', ipv6: expect.stringContaining('/124') },
        vm_type: 'instance',
        awaiting_confidential_init: false,
      },
    });
    await world.operate(g2, hash, 'stop');
    expect(await v1()).toEqual({});
  });

  it('sshd answers a few seconds after running, and not while it is made silent', async () => {
    const world = createWorld();
    const hash = await world.instance(g1);
    await world.notify(g1, hash);
    const port = (await world.list(g1))[hash]!.networking.mapped_ports!['22']!.host;
    expect(world.devnet.guestAnswers('127.0.0.1', port)).toBe('refused');
    await world.devnet.clock.advance(6_000);
    expect(world.devnet.guestAnswers('127.0.0.1', port)).toBe('ssh');
    world.devnet.faults.add({ target: 'crn-1', kind: 'ssh-silent' });
    expect(world.devnet.guestAnswers('127.0.0.1', port)).toBe('silent');
    expect(world.devnet.guestAnswers('127.0.0.1', port + 1)).toBe('refused');
  });
});

describe('the node list', () => {
  const entries = async (query = '', nodes = 200) => {
    const devnet = newDevnet({ nodes });
    const response = await devnet.fetch(`${devnet.origins.crnsList}/crns.json${query}`);
    return { devnet, crns: ((await response.json()) as { crns: Record<string, unknown>[] }).crns };
  };

  it('has every kind of entry that clients must bear', async () => {
    const { crns, devnet } = await entries();
    expect(crns).toHaveLength(200);
    const some = (test: (entry: Record<string, unknown>) => boolean) => expect(crns.some(test)).toBe(true);
    some((entry) => entry['system_usage'] === null);
    some((entry) => entry['ipv6_check'] === null);
    some((entry) => 'result' in ((entry['ipv6_check'] ?? {}) as object));
    some((entry) => String(entry['address']).endsWith('/'));
    some((entry) => entry['terms_and_conditions'] !== '');
    some((entry) => entry['score'] === 0);
    some((entry) => entry['locked'] === '');
    some((entry) => String(entry['version']).startsWith('1.9.'));
    const dead = new Set(devnet.crns.filter((crn) => crn.spec.dead).map((crn) => crn.spec.hash));
    some((entry) => dead.has(String(entry['hash'])) && entry['inactive_since'] === null);
    expect(crns.map((entry) => entry['score'])).toEqual(crns.map((entry) => entry['score']).sort((a, b) => Number(b) - Number(a)));
  });

  it('filter_inactive drops only what the list knows to be gone', async () => {
    const { crns, devnet } = await entries('?filter_inactive=true');
    expect(crns.length).toBeLessThan(200);
    expect(crns.every((entry) => entry['inactive_since'] === null)).toBe(true);
    const dead = new Set(devnet.crns.filter((crn) => crn.spec.dead).map((crn) => crn.spec.hash));
    expect(crns.some((entry) => dead.has(String(entry['hash'])))).toBe(true);
  });

  it('agrees with corechannel on address and hash, and nodes answer with their own', async () => {
    const devnet = newDevnet();
    const url = `${devnet.origins.ccnB}/api/v0/aggregates/0xa1B3bb7d2332383D96b7796B908fB7f7F3c2Be10.json?keys=corechannel`;
    const { data } = (await (await devnet.fetch(url)).json()) as {
      data: { corechannel: { resource_nodes: { hash: string; address: string }[] } };
    };
    expect(data.corechannel.resource_nodes.map(({ hash }) => hash)).toEqual(devnet.crns.map((crn) => crn.spec.hash));
    for (const { hash, address } of data.corechannel.resource_nodes.slice(0, 3)) {
      const config = (await (await devnet.fetch(`${address.replace(/\/$/, '')}/status/config`)).json()) as Record<string, unknown>;
      expect(config['node_hash']).toBe(hash);
      expect(config['DOMAIN_NAME']).toBe(new URL(address).hostname);
    }
  });

  it('a node that reports another hash, a dead one, one that restarts', async () => {
    const devnet = newDevnet();
    const address = devnet.crns[g1]!.address;
    const other = devnet.faults.add({ target: 'crn-1', kind: 'other-hash' });
    const hash = async () => ((await (await devnet.fetch(`${address}/status/config`)).json()) as { node_hash: string }).node_hash;
    expect(await hash()).not.toBe(devnet.crns[g1]!.spec.hash);
    devnet.faults.remove(other.id);
    expect(await hash()).toBe(devnet.crns[g1]!.spec.hash);
    devnet.faults.add({ target: 'crn-1', kind: 'dead' });
    await expect(devnet.fetch(`${address}/status/config`)).rejects.toThrow();
  });

  it('is the same for the same seed and another for another', () => {
    const hashes = (seed: number) => newDevnet({ seed, at: startAt }).crns.map((crn) => crn.spec);
    expect(hashes(5)).toEqual(hashes(5));
    expect(hashes(5)[0]?.hash).not.toBe(hashes(6)[0]?.hash);
    const generations = new Set(newDevnet({ nodes: 60 }).crns.map((crn) => crn.spec.generation));
    expect([...generations].sort()).toEqual(['G1', 'G2']);
  });
});
