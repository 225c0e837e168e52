import { describe, expect, it } from 'vitest';
import { alice, ccnBench, DEBIAN, instanceContent, signed } from './ccn-bench.ts';

const funded = (options = {}) => {
  const bench = ccnBench(options);
  bench.ccn.fund(alice.address, 10_000_000n);
  const status = async (hash: string, host: 'a' | 'b'): Promise<number> =>
    (await bench.get(`/api/v0/messages/${hash}/status`, host)).status;
  return { ...bench, status };
};

describe('two hosts', () => {
  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ] as const)('what is posted to %s shows at %s after the delay', async (near, far) => {
    const bench = funded({ ccnDelayMs: 5000 });
    const vm = signed('INSTANCE', instanceContent());
    expect((await bench.publish(vm, { host: near })).status).toBe(200);
    expect([await bench.status(vm.item_hash, near), await bench.status(vm.item_hash, far)]).toEqual([200, 404]);
    await bench.clock.advance(6000);
    expect((await bench.get(`/api/v0/messages/${vm.item_hash}/status`, far)).body.status).toBe('processed');
  });

  it('disagree for as long as a fault says', async () => {
    const bench = funded();
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(vm);
    await bench.clock.advance(10_000);
    bench.faults.add({ target: 'ccn-b', kind: 'propagation', ms: 3_600_000 });
    await bench.publish(signed('FORGET', { hashes: [vm.item_hash] }));
    await bench.clock.advance(600_000);
    const at = async (host: 'a' | 'b') => (await bench.get(`/api/v0/messages/${vm.item_hash}/status`, host)).body.status;
    expect([await at('a'), await at('b')]).toEqual(['forgotten', 'processed']);
    await bench.clock.advance(3_600_000);
    expect(await at('b')).toBe('forgotten');
  });

  it('a publication with a warning does not reach the host that it was posted to', async () => {
    const bench = funded();
    bench.faults.add({ target: 'ccn-a', kind: 'publication-warning', times: 1 });
    const vm = signed('INSTANCE', instanceContent());
    const answer = await bench.publish(vm);
    expect([answer.status, answer.body.publication_status]).toEqual([202, { status: 'warning', failed: ['p2p'] }]);
    expect([await bench.status(vm.item_hash, 'a'), await bench.status(vm.item_hash, 'b')]).toEqual([404, 200]);
    // The same bytes, posted once more, get there.
    expect((await bench.publish(vm)).status).toBe(200);
  });

  it('both know images, prices and settings from the start', async () => {
    const bench = ccnBench();
    for (const host of ['a', 'b'] as const) {
      expect((await bench.get(`/api/v0/messages/${DEBIAN}`, host)).body).toMatchObject({ status: 'processed', message: { type: 'STORE' } });
      const { body } = await bench.get('/api/v0/aggregates/0xFba561a84A537fCaa567bb7A2257e7142701ae2A.json', host);
      expect(Object.keys(body.data).sort()).toEqual(['pricing', 'settings', 'vm-images']);
      expect(body.data['vm-images'].rootfs.debian12.hash).toBe(DEBIAN);
    }
  });

  it('take up where they were put away', async () => {
    const bench = funded();
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(vm);
    await bench.clock.advance(2 * 3_600_000);
    const later = ccnBench({ saved: bench.ccn.save() }, bench.clock.now());
    for (const path of [
      `/api/v0/messages/${vm.item_hash}`,
      `/api/v0/addresses/${alice.address}/credit_history`,
      `/api/v0/price/${vm.item_hash}`,
    ]) {
      expect((await later.get(path)).body).toEqual((await bench.get(path)).body);
    }
    await later.publish(signed('FORGET', { hashes: [vm.item_hash] }));
    expect(later.ccn.chain.status(vm.item_hash)).toBe('forgotten');
  });
});
