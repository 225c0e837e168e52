import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPricing } from '../../../src/devnet/ccn/pricing/default-aggregates.ts';
import { productRate } from '../../../src/domain/money/product-price.ts';
import { builtInProducts } from '../../../src/domain/money/products.ts';
import { ccnBench } from '../../devnet/ccn/ccn-bench.ts';

const [first] = JSON.parse(readFileSync(new URL('../../fixtures/measured/price-estimates.json', import.meta.url), 'utf8')) as {
  content: Record<string, unknown> & { environment: object; rootfs: object };
}[];
const devices = {
  'RTX 4000 ADA': '10de:27b0',
  'RTX 3090': '10de:2204',
  'RTX 4090': '10de:2684',
  L40S: '10de:26b9',
  A100: '10de:20b2',
  H100: '10de:2330',
};
type Model = keyof typeof devices;

const order = fc.record({
  vcpus: fc.integer({ min: 1, max: 64 }),
  memoryMib: fc.integer({ min: 1, max: 262_144 }),
  diskMib: fc.integer({ min: 1, max: 1_953_125 }),
  gpus: fc.array(fc.constantFrom(...(Object.keys(devices) as Model[])), { maxLength: 3 }),
  confidential: fc.boolean(),
});

describe('two computations that share no code', () => {
  it('price any VM alike, to the last decimal', async () => {
    const { post } = ccnBench();
    const property = fc.asyncProperty(order, async ({ vcpus, memoryMib, diskMib, gpus, confidential }) => {
      const content = {
        ...first!.content,
        resources: { vcpus, memory: memoryMib, seconds: 30 },
        rootfs: { ...first!.content.rootfs, size_mib: diskMib },
        environment: { ...first!.content.environment, ...(confidential ? { trusted_execution: { policy: 1 } } : {}) },
        requirements: {
          node: { node_hash: '0'.repeat(64) },
          ...(gpus.length === 0
            ? {}
            : { gpu: gpus.map((model) => ({ vendor: 'NVIDIA', device_name: model, device_class: '0300', device_id: devices[model] })) }),
        },
      };
      const answer = await post('/api/v0/price/estimate/instance', content);
      const ours = productRate({ vcpus, memoryMib, diskMib }, { gpus, confidential }, builtInProducts);
      expect([answer.status, answer.body.cost]).toEqual([200, ours.toFixed(18)]);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it('start from the same table', () => {
    const { gpuStandard, gpuPremium, confidential } = builtInProducts;
    const cards = { instance_gpu_standard: gpuStandard, instance_gpu_premium: gpuPremium };
    for (const [name, ours] of Object.entries(cards)) {
      const theirs = defaultPricing[name as keyof typeof cards];
      expect(ours.tiers.map((tier) => [tier.model, tier.computeUnits, tier.vramMib])).toEqual(
        theirs.tiers.map((tier) => ('model' in tier ? [tier.model, tier.compute_units, tier.vram] : [])),
      );
      expect(ours.computeUnit.toFixed()).toBe(theirs.price.compute_unit.credit);
    }
    expect(confidential.computeUnit.toFixed()).toBe(defaultPricing.instance_confidential.price.compute_unit.credit);
  });
});
