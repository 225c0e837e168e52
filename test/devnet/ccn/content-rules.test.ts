import { describe, expect, it } from 'vitest';
import { vProgramContent } from '../../support/strays/v-program.ts';
import { alice, ccnBench, DEBIAN, instanceContent, signed } from './ccn-bench.ts';

const parent = { ref: DEBIAN, use_latest: true };
const rootfs = { parent, persistence: 'host', size_mib: 20_480 };

const answerTo = async (change: Record<string, unknown>, requirementsRule: 'node-required' | 'node-optional' = 'node-required') => {
  const bench = ccnBench({ requirementsRule });
  bench.ccn.fund(alice.address, 100_000_000n);
  return (await bench.publish(signed('INSTANCE', instanceContent(change)))).status;
};

describe('the INSTANCE model', () => {
  const refused: [string, Record<string, unknown>][] = [
    ['an unknown key at the top', { nope: 1 }],
    ['an unknown key in requirements', { requirements: { node: { node_hash: 'ab'.repeat(32), color: 'red' } } }],
    ['an unknown key in a volume', { volumes: [{ persistence: 'host', name: 'd', mount: '/d', size_mib: 10, nope: 1 }] }],
    ['no vCPU', { resources: { vcpus: 0, memory: 2048 } }],
    ['half a vCPU', { resources: { vcpus: 2.5, memory: 2048 } }],
    ['a disk of nothing', { rootfs: { ...rootfs, size_mib: 0 } }],
    ['a disk size in text', { rootfs: { ...rootfs, size_mib: '20480' } }],
    ['no persistence', { rootfs: { parent, size_mib: 20_480 } }],
    ['an upper-case image', { rootfs: { ...rootfs, parent: { ref: DEBIAN.toUpperCase() } } }],
    ['no environment', { environment: undefined }],
    ['no allow_amend', { allow_amend: undefined }],
    ['a variable that is no text', { variables: { A: 1 } }],
    ['metadata that is nested', { metadata: { a: { b: 1 } } }],
    [
      'a GPU without qemu',
      {
        environment: { internet: true },
        requirements: {
          node: { node_hash: 'ab'.repeat(32) },
          gpu: [{ vendor: 'NVIDIA', device_name: 'x', device_class: '0300', device_id: '10de:2684' }],
        },
      },
    ],
    ['terms without a node', { requirements: { node: { terms_and_conditions: DEBIAN } } }],
  ];
  it.each(refused)('refuses %s', async (_name, change) => {
    expect(await answerTo(change)).toBe(422);
  });

  const taken: [string, Record<string, unknown>][] = [
    ['an unknown key in environment', { environment: { internet: true, internett: true } }],
    ['an unknown key in payment', { payment: { type: 'credit', color: 'red' } }],
    ['numbers in text among resources', { resources: { vcpus: '2', memory: 4096 } }],
    ['tags', { metadata: { name: 'x', tags: ['a', 'b'] } }],
    ['no requirements', { requirements: undefined }],
    ['a persistent volume', { volumes: [{ persistence: 'host', name: 'd', mount: '/d', size_mib: 10_240 }] }],
  ];
  it.each(taken)('takes %s', async (_name, change) => {
    expect(await answerTo(change)).toBe(200);
  });

  it('judges requirements without a node by generation', async () => {
    expect(await answerTo({ requirements: {} }, 'node-required')).toBe(422);
    expect(await answerTo({ requirements: {} }, 'node-optional')).toBe(200);
  });

  it('refuses a size written as 20480.0, which JSON.parse cannot tell from 20480', async () => {
    const bench = ccnBench();
    const { item_content: text } = signed('INSTANCE', instanceContent());
    const content = text.replace('"size_mib":20480', '"size_mib":20480.0');
    const body = await bench.post('/api/v0/price/estimate', {
      message: {
        type: 'INSTANCE',
        item_content: content,
        item_hash: (await import('../../../src/devnet/ccn/item-hash.ts')).sha256Hex(content),
      },
    });
    expect([body.status, body.body]).toEqual([422, 'InvalidMessageFormat']);
  });

  it('takes a small volume without persistence and name for an ephemeral one', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 100_000_000n);
    const message = signed('INSTANCE', instanceContent({ volumes: [{ size_mib: 900, mount: '/data' }] }));
    await bench.publish(message);
    const { body } = await bench.get(`/api/v0/messages/${message.item_hash}`);
    expect(body.message.content.volumes).toEqual([{ comment: null, mount: '/data', ephemeral: true, size_mib: 900 }]);
  });
});

describe('the V-PROGRAM model', () => {
  const answer = async (change: Record<string, unknown>) => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 100_000_000n);
    const message = signed('V-PROGRAM', vProgramContent(change));
    const { status } = await bench.publish(message);
    return { bench, status, hash: message.item_hash };
  };
  const measured = { platform: 'sev_snp', digest: 'cd'.repeat(48) };
  const refused: [string, Record<string, unknown>][] = [
    ['another payment than credit', { payment: { chain: 'ETH', type: 'hold' } }],
    ['no payment', { payment: undefined }],
    ['one that may be amended', { allow_amend: true }],
    ['variables, which nothing measures', { variables: { A: 'b' } }],
    ['keys, which have no place there', { authorized_keys: ['ssh-ed25519 AAAA test'] }],
    ['an unverified volume', { volumes: [{ persistence: 'host', name: 'd', mount: '/d', size_mib: 10 }] }],
    ['a choice of the hypervisor', { environment: { internet: true, hypervisor: 'qemu' } }],
    ['no measurement', { verification: { backend: 'sev_snp', measurements: [] } }],
    ['a digest that is too short', { verification: { backend: 'sev_snp', measurements: [{ ...measured, digest: 'cd' }] } }],
    ['a policy without the reserved bit', { verification: { backend: 'sev_snp', policy: 1, measurements: [measured] } }],
  ];
  it.each(refused)('refuses %s', async (_name, change) => {
    expect((await answer(change)).status).toBe(422);
  });

  it('is processed where the credits last a day, and is listed by its type', async () => {
    const { bench, hash } = await answer({ resources: { vcpus: 2, memory: 2048 } });
    const dear = await answer({ resources: { vcpus: 200, memory: 2048 } });
    expect((await dear.bench.get(`/api/v0/messages/${dear.hash}`)).body.status).toBe('rejected');
    expect((await bench.get(`/api/v0/messages/${hash}`)).body.status).toBe('processed');
    const { messages } = (await bench.get(`/api/v0/messages.json?msgTypes=V-PROGRAM&owners=${alice.address}`)).body;
    expect(messages).toMatchObject([{ item_hash: hash, type: 'V-PROGRAM' }]);
  });
});
