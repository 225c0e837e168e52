import { describe, expect, it } from 'vitest';
import { type Asked, cloudOf, json } from '../network-of.ts';
import { fixture } from '../recorded.ts';

interface Product {
  price: { compute_unit: { credit: string }; storage: { credit: string } };
  tiers: { model?: string; compute_units: number }[];
}
const published = fixture<{ data: { pricing: Record<string, Product> } }>('upstream/pricing-aggregate.json');
const usual: Readonly<Record<string, string>> = {
  instance: '14250',
  instance_confidential: '28500',
  instance_gpu_standard: '43125',
  instance_gpu_premium: '86250',
};

/** The published document in today's unit, with changes. */
const document = (alter: (pricing: Record<string, Product>) => void = () => undefined): Response => {
  const body = structuredClone(published);
  for (const [name, credit] of Object.entries(usual)) {
    body.data.pricing[name]!.price.compute_unit.credit = credit;
    body.data.pricing[name]!.price.storage.credit = '0.17967489030626108';
  }
  alter(body.data.pricing);
  return json(body);
};
const prices = (answers: (asked: Asked) => Response) => cloudOf(answers).cloud.prices.table();

describe('prices of GPU and confidential VMs', () => {
  it('are read from the same two answers, one request a host', async () => {
    const { cloud, asked } = cloudOf(() => document());
    const table = await cloud.prices.table();
    expect(table.confidential?.computeUnit.toFixed()).toBe('28500');
    expect(table.confidential?.tiers).toEqual(table.tiers);
    expect(table.gpuStandard?.tiers.map(({ model, computeUnits, vramMib }) => [model, computeUnits, vramMib])).toContainEqual([
      'L40S',
      12,
      49_152,
    ]);
    expect(table.gpuPremium?.unit).toEqual({ vcpus: 1, memoryMib: 6144, diskMib: 61_440 });
    expect(asked.length).toBe(2);
  });

  const dearer = (product: string, credit: string) => (pricing: Record<string, Product>) => {
    pricing[product]!.price.compute_unit.credit = credit;
  };
  const firstTier = (product: string, tier: Partial<Product['tiers'][number]>) => (pricing: Record<string, Product>) => {
    Object.assign(pricing[product]!.tiers[0]!, tier);
  };
  const without = (product: string) => (pricing: Record<string, Product>) => {
    delete pricing[product];
  };

  it.each([
    ['ten times too high', 'gpuPremium', dearer('instance_gpu_premium', '862501')],
    ['in the old unit', 'confidential', dearer('instance_confidential', '2.85')],
    ['of a card too dear', 'gpuStandard', firstTier('instance_gpu_standard', { compute_units: 31 })],
    ['not there', 'confidential', without('instance_confidential')],
    ['for a model named in escapes', 'gpuPremium', firstTier('instance_gpu_premium', { model: '\u001b[31mA100' })],
    ['no number', 'gpuStandard', dearer('instance_gpu_standard', 'much')],
  ])('are none when they are %s, and plain VMs keep theirs', async (_why, product, alter) => {
    const table = await prices(() => document(alter));
    expect(table).toMatchObject({ [product]: null });
    expect(table.computeUnit.toFixed()).toBe('14250');
    expect(['confidential', 'gpuStandard', 'gpuPremium'].filter((name) => table[name as 'confidential'] === null)).toEqual([product]);
  });

  it('are none when two hosts differ on them alone', async () => {
    const table = await prices(({ url }) =>
      document((pricing) => {
        if (url.hostname.startsWith('one')) pricing['instance_gpu_premium']!.price.compute_unit.credit = '86251';
      }),
    );
    expect([table.gpuPremium, table.gpuStandard === null, table.computeUnit.toFixed()]).toEqual([null, false, '14250']);
  });
});
