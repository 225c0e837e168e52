import { describe, expect, it } from 'vitest';
import { type Asked, cloudOf, json, text } from '../network-of.ts';
import { fixture } from '../recorded.ts';

const hash = 'ab'.repeat(32);
const node = { hash, untrustedName: 'n', url: 'https://n.aleph.im' };
const row = (index: number) => ({
  node_hash: index.toString(16).padStart(64, '0'),
  status: index % 2 === 0 ? 'Healthy' : 'Unreachable',
  supports_ipv6: true,
  vcpus_available: 8,
  memory_available_mb: 4096.7,
  disk_available_mb: null,
});

describe('the scheduler on all nodes', () => {
  const pages = (total: number) => (asked: Asked) => {
    if (asked.url.pathname !== '/api/v1/nodes') return undefined;
    const page = Number(asked.url.searchParams.get('page'));
    const items = Array.from({ length: total }, (_, index) => row(index)).slice((page - 1) * 200, page * 200);
    return json({ items, pagination: { page, total_pages: Math.ceil(total / 200) } });
  };

  it('reads every page, and keeps them for a minute', async () => {
    const { cloud, asked, clock } = cloudOf(pages(450));
    const words = await cloud.nodes.schedulerNodes();
    expect(words).toHaveLength(450);
    expect(words![1]).toEqual({
      hash: row(1).node_hash,
      healthy: false,
      ipv6: true,
      vcpusFree: 8,
      memoryFreeMib: 4096,
      diskFreeMib: null,
    });
    expect(asked).toHaveLength(3);
    await cloud.nodes.schedulerNodes();
    expect(asked).toHaveLength(3);
    await clock.wait(61_000);
    await cloud.nodes.schedulerNodes();
    expect(asked).toHaveLength(6);
  });

  it('takes a plain list too, and drops rows that make no sense', async () => {
    const { cloud } = cloudOf(() => json([row(0), null, { ...row(2), node_hash: 'x' }, { ...row(4), vcpus_available: 'many' }]));
    expect(await cloud.nodes.schedulerNodes()).toMatchObject([{ vcpusFree: 8 }, { vcpusFree: null }]);
  });

  it('is nothing where it does not answer, or not wholly', async () => {
    expect(await cloudOf(() => text('', 503)).cloud.nodes.schedulerNodes()).toBeNull();
    const cut = cloudOf((asked) => (asked.url.searchParams.get('page') === '2' ? text('', 502) : pages(300)(asked)));
    expect(await cut.cloud.nodes.schedulerNodes()).toBeNull();
  });
});

describe('the least version that the network accepts', () => {
  const settings = (last_crn_version: unknown) => () =>
    json({ address: '0xFba561a84A537fCaa567bb7A2257e7142701ae2A', data: { settings: { last_crn_version, compatible_gpus: [] } } });

  it('is read from the settings, and kept', async () => {
    const { cloud, asked } = cloudOf(settings('1.9.3'));
    expect(await cloud.nodes.minimumNodeVersion()).toBe('1.9.3');
    expect(await cloud.nodes.minimumNodeVersion()).toBe('1.9.3');
    expect(asked).toHaveLength(1);
  });

  it('is read from the settings as upstream has them', async () => {
    const upstream = fixture<unknown>('upstream/settings-aggregate.json');
    expect(await cloudOf(() => json(upstream)).cloud.nodes.minimumNodeVersion()).toMatch(/^\d+\.\d+/);
  });

  it.each([[settings(undefined)], [settings('\u001b[31m')], [() => text('', 503)]])('is unknown, and no failure', async (answers) => {
    expect(await cloudOf(answers).cloud.nodes.minimumNodeVersion()).toBeNull();
  });
});

describe('inspecting a node', () => {
  const works = { egress: true, dns: true, domain: true, http: true };
  const answers =
    (ipv6: unknown, host: unknown, status = 200) =>
    (asked: Asked) => {
      if (asked.url.pathname === '/status/check/ipv6') return json(ipv6);
      if (asked.url.pathname === '/status/check/host') return json(host, status);
      return asked.url.pathname === '/v2/about/executions/list' ? json({ a: {}, b: { status: { stopped_at: 'x' } } }) : undefined;
    };

  it('gives its own checks, the failing ones too', async () => {
    expect(await cloudOf(answers({ host: true, vm: false }, { ipv4: works, ipv6: works })).cloud.nodes.inspectNode(node, 1_000)).toEqual({
      ipv6: { host: true, vm: false },
      host: { ipv4: true, ipv6: true },
      running: 1,
    });
    const broken = { ipv4: works, ipv6: { ...works, dns: false } };
    expect(await cloudOf(answers({ host: true, result: true }, broken, 503)).cloud.nodes.inspectNode(node, 1_000)).toMatchObject({
      ipv6: { host: true, vm: true },
      host: { ipv4: true, ipv6: false },
    });
  });

  it('knows nothing where there is no answer, and connects nowhere else', async () => {
    const nothing = { ipv6: null, host: null, running: null };
    expect(await cloudOf(() => text('<html>', 502)).cloud.nodes.inspectNode(node, 1_000)).toEqual(nothing);
    const { cloud, asked } = cloudOf(() => json({}));
    expect(await cloud.nodes.inspectNode({ ...node, url: 'https://10.0.0.8' }, 1_000)).toEqual(nothing);
    expect(asked).toEqual([]);
  });
});

describe('cards and terms in the list', () => {
  const entry = { hash, name: 'n', address: 'https://n.aleph.im', status: 'linked', score: 0.9, gpu_support: true };
  const card = { vendor: 'NVIDIA', model: 'H100', device_name: 'GH100', device_class: '0302', device_id: '10de:2331' };
  const listed = async (more: object) => (await cloudOf(() => json({ crns: [{ ...entry, ...more }] })).cloud.nodes.list()).nodes[0]!;

  it('are read strictly: a message repeats them', async () => {
    const odd = [{ ...card, device_id: '10DE:x' }, { ...card, device_class: '9' }, 'H100', { ...card, vendor: 'NV"IDIA' }];
    expect((await listed({ compatible_available_gpus: [card, ...odd] })).gpus).toEqual([
      { vendor: 'NVIDIA', untrustedModel: 'H100', untrustedDevice: 'GH100', deviceClass: '0302', deviceId: '10de:2331' },
    ]);
    expect((await listed({ compatible_available_gpus: [card], gpu_support: null })).gpus).toEqual([]);
    expect((await listed({ compatible_available_gpus: 'many' })).gpus).toEqual([]);
  });

  it('terms are an item hash, or unreadable', async () => {
    expect((await listed({ terms_and_conditions: hash })).terms).toBe(hash);
    expect((await listed({ terms_and_conditions: '' })).terms).toBeNull();
    expect((await listed({ terms_and_conditions: null })).terms).toBeNull();
    expect((await listed({ terms_and_conditions: 'you owe us' })).terms).toBe('unreadable');
    expect((await listed({ terms_and_conditions: 7 })).terms).toBe('unreadable');
  });
});
