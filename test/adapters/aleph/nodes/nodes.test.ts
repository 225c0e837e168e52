import { createPublicKey, verify } from 'node:crypto';
import { ethers } from 'ethers';
import { describe, expect, it } from 'vitest';
import { isPublicIpv4, isVmIpv4, nodeUrl } from '../../../../src/adapters/aleph/http/public-address.ts';
import type { Signer } from '../../../../src/ports/keys/keys.ts';
import { type Asked, cloudOf, json, text } from '../network-of.ts';
import { fixture, recorded, replay } from '../recorded.ts';

const vm = '56c79f2cadb0332ea9b7ea0c89a757b6db6a96ab66e3f762194cb42e3edb4270';
const hash = 'ab'.repeat(32);
const node = { hash, untrustedName: 'n', url: 'https://n.aleph.im' };
const entry = { hash, name: 'n', address: 'https://n.aleph.im/', status: 'linked', score: 0.9, inactive_since: null };
const listing = (crns: unknown[]) => (asked: Asked) => (asked.url.hostname === 'list.aleph.im' ? json({ crns }) : undefined);
const registry = (nodes: unknown[]) =>
  json({ address: '0xa1B3bb7d2332383D96b7796B908fB7f7F3c2Be10', data: { corechannel: { resource_nodes: nodes } } });

describe('where a node may be', () => {
  it.each([
    ['https://crn9.nodetoself.org', 'https://crn9.nodetoself.org'],
    ['https://CRN9.NodeToSelf.org/path/?q=1#x', 'https://crn9.nodetoself.org'],
    ['https://vm.node.xyz:8443/', 'https://vm.node.xyz:8443'],
    ['https://8.8.8.8', 'https://8.8.8.8'],
  ])('public: %s', (address, url) => expect(nodeUrl(address, 'nowhere')).toBe(url));

  it.each([
    'http://crn.node.org',
    'https://user:pw@crn.node.org',
    'https://127.0.0.1',
    'https://10.0.0.8',
    'https://0x7f.1',
    'https://2130706433',
    'https://192.168.1.1',
    'https://169.254.169.254',
    'https://[::1]',
    'https://[fd00::1]',
    'https://localhost',
    'https://router.local',
    'https://metadata.google.internal',
    'https://intranet',
    'https://node.devnet.test',
    'ftp://crn.node.org',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'crn.node.org',
    '',
  ])('not: %s', (address) => expect(nodeUrl(address, 'nowhere')).toBeNull());

  it.each([
    ['http://127.0.0.1:4021/', 'http://127.0.0.1:4021'],
    ['http://[::1]:4020', 'http://[::1]:4020'],
    ['http://10.0.0.8', 'http://10.0.0.8'],
    ['https://192.168.1.1', 'https://192.168.1.1'],
    ['http://172.31.0.9:4020', 'http://172.31.0.9:4020'],
    ['http://[fd12:3456::1]:4020', 'http://[fd12:3456::1]:4020'],
    ['http://crn.lab.internal:4020', 'http://crn.lab.internal:4020'],
    ['http://crn', 'http://crn'],
    ['https://crn9.nodetoself.org', 'https://crn9.nodetoself.org'],
  ])('R-09 on a private network alone it may be near, too: %s', (address, url) => {
    expect(nodeUrl(address, 'network')).toBe(url);
  });

  it.each([
    'http://crn.node.org',
    'http://8.8.8.8',
    'https://169.254.169.254',
    'http://172.32.0.1',
    'https://[2001:db8::1]',
    'ftp://127.0.0.1',
    'http://user:pw@127.0.0.1',
  ])('R-09 not even there: %s', (address) => expect(nodeUrl(address, 'network')).toBeNull());

  it('R-09 a devnet’s are on this machine, and nowhere else near it', () => {
    for (const url of ['http://127.0.0.1:4021', 'http://localhost:4021', 'http://crn-0.devnet.test'])
      expect(nodeUrl(url, 'machine')).toBe(url);
    for (const url of ['http://10.0.0.8', 'http://192.168.1.1', 'http://crn', 'http://[fd12::1]'])
      expect(nodeUrl(url, 'machine')).toBeNull();
    expect([isVmIpv4('127.0.0.1', 'machine'), isVmIpv4('192.168.7.7', 'machine'), isVmIpv4('192.168.7.7', 'network')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('has a public IPv4 for SSH', () => {
    expect(['37.27.143.174', '8.8.8.8'].every(isPublicIpv4)).toBe(true);
    expect(['127.0.0.1', '10.1.2.3', '172.20.0.1', '100.64.0.1', '0.0.0.0', '224.0.0.1', '::1', 'x'].some(isPublicIpv4)).toBe(false);
  });
});

describe('the node list', () => {
  it('reads the upstream sample', async () => {
    const { crns } = fixture<{ crns: unknown[] }>('upstream/crns-list.json');
    const { nodes } = await cloudOf(listing(crns)).cloud.nodes.list();
    expect(nodes.length).toBe(crns.length);
    expect(nodes[0]).toMatchObject({ untrustedName: 'alpha', score: 0.95, version: '1.5.0', ipv6: true, qemu: true, cores: 16 });
    expect(nodes[0]).toMatchObject({ memoryTotalMib: 64_000, memoryFreeMib: 32_000, diskFreeMib: 500_000 });
    expect(nodes.find((one) => one.untrustedName === 'beta-noipv6')?.ipv6).toBe(false);
  });

  it('drops bad entries one by one and distrusts every field (XA-17)', async () => {
    const { nodes } = await cloudOf(
      listing([
        null,
        7,
        { ...entry, hash: 'x' },
        { ...entry, hash: '01'.repeat(32), address: 'https://10.0.0.1' },
        {
          ...entry,
          name: 7,
          score: 'high',
          version: '\u001b[31m1',
          locked: '',
          ipv6_check: { host: true, result: true },
          system_usage: { cpu: 'many' },
        },
        { ...entry, name: 'twice' },
        { ...entry, hash: '02'.repeat(32), name: '\u001b]0;owned\u0007ev\u202eil\n', inactive_since: 1_700_000_000, ipv6_check: null },
      ]),
    ).cloud.nodes.list();
    expect(nodes).toHaveLength(2);
    expect(nodes[0]).toMatchObject({
      url: 'https://n.aleph.im',
      untrustedName: '',
      score: 0,
      version: null,
      ipv6: true,
      cores: null,
      memoryFreeMib: null,
    });
    expect(nodes[1]).toMatchObject({ untrustedName: 'evil', active: false, ipv6: false, terms: null });
  });

  it('comes from the cache while fresh, from the registry when the list was never there', async () => {
    const { cloud, asked, clock } = cloudOf(listing([entry]));
    await cloud.nodes.list();
    await cloud.nodes.list();
    expect(asked).toHaveLength(1);
    await clock.wait(6 * 60_000);
    await cloud.nodes.list();
    expect(asked).toHaveLength(2);
    const fallback = await cloudOf((one) =>
      one.url.pathname.includes('/aggregates/') ? registry([entry]) : text('', 502),
    ).cloud.nodes.list();
    expect(fallback).toMatchObject({ stale: true, nodes: [{ hash }] });
  });

  it('R-09 says how many nodes are left out because their addresses are not public', async () => {
    const near = [
      { ...entry, address: 'http://127.0.0.1:4021' },
      { ...entry, hash: 'cd'.repeat(32), address: 'http://192.168.7.2:4020' },
      { ...entry, hash: 'no hash', address: 'http://127.0.0.1:4022' },
    ];
    const answers = (asked: Asked) => listing(near)(asked) ?? registry([]);
    await expect(cloudOf(answers).cloud.nodes.list()).rejects.toMatchObject({
      code: 'NODE_UNAVAILABLE',
      message: expect.stringMatching(/2 nodes are left out: their addresses are not public\.$/),
      details: { facts: { leftOut: 2 } },
    });
    await expect(cloudOf((asked) => listing([])(asked) ?? registry(near.slice(0, 1))).cloud.nodes.list()).rejects.toMatchObject({
      message: expect.stringMatching(/1 node is left out: its address is not public\.$/),
    });
    const found = await cloudOf(answers, { private: true }).cloud.nodes.list();
    expect(found.nodes.map(({ url }) => url)).toEqual(['http://127.0.0.1:4021', 'http://192.168.7.2:4020']);
  });

  it('confirms a node when two hosts give the same address, and not otherwise', async () => {
    const two = (one: unknown[], other: unknown[]) =>
      cloudOf((asked) => registry(asked.url.hostname.startsWith('one') ? one : other)).cloud;
    expect(await two([entry], [{ ...entry, address: 'https://N.aleph.im' }]).nodes.confirmNode(hash)).toMatchObject({
      hash,
      url: node.url,
    });
    expect(await two([entry], [{ ...entry, address: 'https://evil.org' }]).nodes.confirmNode(hash)).toBeNull();
    expect(await two([entry], []).nodes.confirmNode(hash)).toBeNull();
    const single = cloudOf((asked) => (asked.url.hostname.startsWith('one') ? registry([entry]) : text('', 500))).cloud;
    await expect(single.nodes.confirmNode(hash)).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
  });
});

describe('what a node says of a VM', () => {
  const shown = (entryOf: unknown) => cloudOf(() => json({ [vm]: entryOf })).cloud.nodes.nodeView(node, vm);

  it('XA-05 reads the recorded list, and no address that is not public', async () => {
    const view = await cloudOf(() => replay(recorded('crn-http', 'executions_v2'))).cloud.nodes.nodeView(node, vm);
    expect(view).toEqual({ state: 'running', endpoint: null, endpoint6: null, ipv6: '2001:db8:3::1' });
  });

  it('XA-05 gives the mapped port at the public address, never a guess (XB-20)', async () => {
    const networking = { host_ipv4: '37.27.143.174', mapped_ports: { 22: { host: 24221, tcp: true } }, ipv6_ip: 'nonsense' };
    expect(await shown({ networking, running: true })).toEqual({
      state: 'running',
      endpoint: { host: '37.27.143.174', port: 24221, user: 'root' },
      endpoint6: null,
      ipv6: null,
    });
    expect((await shown({ networking: { ...networking, mapped_ports: {} }, running: true })).endpoint).toBeNull();
    expect((await shown({ networking: { ...networking, host_ipv4: '192.168.1.1' }, running: true })).endpoint).toBeNull();
    expect((await shown({ networking: { ...networking, host_ipv4: 'ssh.evil.org' }, running: true })).endpoint).toBeNull();
  });

  it('R-09 names SSH at a private address on a private network alone', async () => {
    const networking = { host_ipv4: '192.168.7.2', ipv6_ip: 'fc00:1:2:3::1', mapped_ports: { '22': { host: 24_001 } } };
    const answers = () => json({ [vm]: { networking, running: true } });
    expect(await cloudOf(answers).cloud.nodes.nodeView(node, vm)).toMatchObject({ endpoint: null, endpoint6: null });
    expect(await cloudOf(answers, { private: true }).cloud.nodes.nodeView(node, vm)).toMatchObject({
      endpoint: { host: '192.168.7.2', port: 24_001 },
      endpoint6: { host: 'fc00:1:2:3::1', port: 22 },
    });
    expect(await cloudOf(answers).cloud.nodes.openPorts(node, vm)).toMatchObject({ host: null });
    expect(await cloudOf(answers, { private: true }).cloud.nodes.openPorts(node, vm)).toMatchObject({ host: '192.168.7.2' });
  });

  it('bears empty networking while preparing, and what later versions add', async () => {
    const status = { defined_at: 'x', preparing_at: 'x', started_at: null, stopping_at: null, stopped_at: null };
    expect(await shown({ networking: {}, status, running: false, allocation: { phase: 'downloading' } })).toMatchObject({
      state: 'preparing',
    });
    expect(await shown({ networking: {}, status: { ...status, started_at: 'x', stopped_at: 'x' }, running: false })).toMatchObject({
      state: 'stopped',
    });
    expect(await cloudOf(() => json({})).cloud.nodes.nodeView(node, vm)).toMatchObject({ state: 'absent' });
    expect(await cloudOf(() => text('<html>', 502)).cloud.nodes.nodeView(node, vm)).toMatchObject({ state: 'unreachable' });
  });

  it('falls back to the list of old nodes', async () => {
    const old = { [vm]: { networking: { ipv4: '172.16.5.0/24', ipv6: '2001:db8:aaaa:bbbb:3:1111:2222:3330/124' } } };
    const { cloud } = cloudOf((asked) => (asked.url.pathname.startsWith('/v2/') ? undefined : json(old)));
    expect(await cloud.nodes.nodeView(node, vm)).toEqual({
      state: 'running',
      endpoint: null,
      endpoint6: null,
      ipv6: '2001:db8:aaaa:bbbb:3:1111:2222:3331',
    });
  });

  it('never connects where a record does not allow it', async () => {
    const { cloud, asked } = cloudOf(() => json({}));
    const inside = { ...node, url: 'https://10.0.0.8' };
    expect(await cloud.nodes.nodeView(inside, vm)).toMatchObject({ state: 'unreachable' });
    expect(await cloud.nodes.startOnNode(inside, vm, 1_000)).toBe('unreachable');
    expect(await cloud.nodes.probe([inside], 1_000)).toMatchObject([{ hash, reachable: false, problem: expect.any(String) }]);
    expect(asked).toEqual([]);
  });
});

describe('telling a node to start', () => {
  const answers: [string, () => Response, string][] = [
    ['recorded success', () => replay(recorded('crn-http', 'notify_again')), 'started'],
    ['recorded unknown message', () => replay(recorded('crn-http', 'notify_unknown_message')), 'notYet'],
    ['recorded other node', () => replay(recorded('crn-http', 'notify_other_node')), 'elsewhere'],
    ['recorded bad body', () => replay(recorded('crn-http', 'notify_no_body')), 'failed'],
    [
      'credits',
      () => json({ error: 'Insufficient credits for this instance\n\nRequired: 1 credits \nCurrent user credits: 0' }, 402),
      'credits',
    ],
    ['capacity', () => json({ error: 'This CRN cannot host the requested instance at this time.' }, 503), 'full'],
    ['identity', () => json({ error: '503: Node hash not yet discovered, cannot accept targeted allocations' }, 503), 'notYet'],
    ['no resources', () => json({ success: false, errors: { [vm]: 'InsufficientResourcesError()' } }, 503), 'full'],
    ['no image', () => json({ success: false, errors: { [vm]: 'ResourceDownloadError()' } }, 503), 'failed'],
    ['plain 500', () => text('500 Internal Server Error', 500), 'failed'],
    ['governed', () => json({ error: 'plan' }, 409), 'governed'],
    ['a proxy', () => text('<html>', 502), 'unreachable'],
  ];
  it.each(answers)('%s', async (_name, answer, meaning) => {
    const { cloud, asked } = cloudOf(answer);
    expect(await cloud.nodes.startOnNode(node, vm, 1_000)).toBe(meaning);
    expect(asked.map((one) => [one.method, one.url.pathname, one.body])).toEqual([
      ['POST', '/control/allocation/notify', JSON.stringify({ instance: vm })],
    ]);
  });
});

describe('signed node calls', () => {
  const wallet = new ethers.Wallet(`0x${'11'.repeat(32)}`);
  const signer: Signer = { address: wallet.address, network: 'mainnet', signBytes: (bytes) => wallet.signMessage(bytes) };
  const erasing = (answer: () => Response, date: string) =>
    cloudOf((asked) => (asked.url.pathname === '/api/v0/version' ? new Response('{}', { headers: { date } }) : answer()));

  it('carry a key that the wallet allowed, and the time of the network', async () => {
    const { cloud, asked } = erasing(() => text('Erased VM'), 'Fri, 20 Nov 2026 13:00:00 GMT');
    expect(await cloud.nodes.eraseOnNode({ ...node, url: 'https://n.aleph.im:8443' }, vm, signer, 1_000)).toBe('erased');
    const { headers, url, method } = asked.at(-1)!;
    expect([method, url.pathname]).toEqual(['POST', `/control/machine/${vm}/erase`]);
    const permit = JSON.parse(headers.get('x-signedpubkey')!);
    const operation = JSON.parse(headers.get('x-signedoperation')!);
    const permitBytes = Buffer.from(permit.payload, 'hex');
    expect(ethers.utils.verifyMessage(permitBytes, permit.signature)).toBe(wallet.address);
    const { pubkey, address, chain, expires } = JSON.parse(permitBytes.toString());
    expect({ address, chain }).toEqual({ address: wallet.address, chain: 'ETH' });
    const operationBytes = Buffer.from(operation.payload, 'hex');
    const said = JSON.parse(operationBytes.toString());
    expect(said).toMatchObject({ method: 'POST', path: `/control/machine/${vm}/erase`, domain: 'n.aleph.im' });
    expect(Math.abs(Date.parse(said.time) - Date.UTC(2026, 10, 20, 13))).toBeLessThan(2_000);
    expect(Date.parse(expires)).toBeGreaterThan(Date.parse(said.time));
    const key = { key: createPublicKey({ key: pubkey, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
    expect(verify('sha256', operationBytes, key, Buffer.from(operation.signature, 'hex'))).toBe(true);
  });

  it.each([
    ['absent', () => replay(recorded('crn-http', 'stop_again'))],
    ['refused', () => text('Unauthorized sender', 403)],
    ['refused', () => replay(recorded('crn-http', 'no_auth'))],
    ['unreachable', () => text('', 504)],
  ] as const)('are answered: %s', async (meaning, answer) => {
    const { cloud } = erasing(answer, 'Fri, 20 Nov 2026 12:00:00 GMT');
    expect(await cloud.nodes.eraseOnNode(node, vm, signer, 1_000)).toBe(meaning);
  });
});

describe('probing', () => {
  const probed = async (config: () => Response | undefined, usage = () => replay(recorded('crn-http', 'usage_system'))) => {
    const { cloud } = cloudOf((asked) => {
      if (asked.url.pathname === '/status/config') return config();
      if (asked.url.pathname === '/about/usage/system') return usage();
      return asked.url.pathname === '/v2/about/executions/list' ? json({}) : undefined;
    });
    return (await cloud.nodes.probe([node], 1_000))[0]!;
  };
  const config = { ...(recorded('crn-http', 'status_config').response.body as object), node_hash: hash, version: '1.14.0' };

  it('takes the smallest figure: what is free, and what a node keeps for itself', async () => {
    expect(await probed(() => json(config))).toMatchObject({
      hash,
      reachable: true,
      identityConfirmed: true,
      version: '1.14.0',
      cores: 2,
      memoryTotalMib: 24_105,
      memoryFreeMib: 24_105 - 10_240,
      diskFreeMib: 476_837,
      problem: null,
    });
  });

  it.each([
    ['another node', () => json({ ...config, node_hash: 'cd'.repeat(32) }), 'it says that it is another node'],
    ['no identity', () => json({ ...config, node_hash: null }), 'it does not know its own identity yet'],
    ['no QEMU', () => json({ ...config, computing: { ENABLE_QEMU_SUPPORT: false } }), 'it runs no instances (no QEMU)'],
    ['not a CRN', () => text('<html>'), 'it answers something that is not a CRN'],
  ])('names the problem in fixed words: %s', async (_name, answer, problem) => {
    expect((await probed(answer)).problem).toBe(problem);
  });
});

describe('placement', () => {
  it('reads the scheduler, the old one where there is no new one, and says when neither answers', async () => {
    const row = { vm_hash: vm, status: 'dispatched', allocated_node: hash };
    expect(await cloudOf(() => json(row)).cloud.nodes.placement(vm)).toEqual({ status: 'dispatched', node: hash, answered: true });
    const old = cloudOf((asked) =>
      asked.url.pathname.startsWith('/api/v0/') ? json({ vm_hash: vm, node: { node_id: hash } }) : undefined,
    );
    expect(await old.cloud.nodes.placement(vm)).toEqual({ status: 'scheduled', node: hash, answered: true });
    expect(await cloudOf(() => undefined).cloud.nodes.placement(vm)).toEqual({ status: null, node: null, answered: true });
    expect(await cloudOf(() => text('', 503)).cloud.nodes.placement(vm)).toEqual({ status: null, node: null, answered: false });
  });
});
