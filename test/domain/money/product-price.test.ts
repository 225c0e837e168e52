import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { usdPerHour } from '../../../src/domain/money/money.ts';
import { builtInPrices, rateOf } from '../../../src/domain/money/price.ts';
import { type Extras, gpuTier, productLines, productRate, productSize } from '../../../src/domain/money/product-price.ts';
import { builtInProducts, plausibleGpus } from '../../../src/domain/money/products.ts';

interface Estimate {
  name: string;
  content: {
    resources: { vcpus: number; memory: number };
    rootfs: { size_mib: number };
    requirements?: { gpu?: { device_id: string }[] };
  };
  response_status: number;
  response: { cost: string; detail: { type: string; name: string; cost_credit: string }[] };
}

const recorded = JSON.parse(readFileSync(new URL('../../fixtures/measured/price-estimates.json', import.meta.url), 'utf8')) as Estimate[];
const withGpu = recorded.filter(({ content, response_status: status }) => status === 200 && (content.requirements?.gpu ?? []).length > 0);
/** Models by device, as the settings aggregate has them (protocol-ccn.md §5.10). */
const models: Readonly<Record<string, string>> = {
  '10de:27b0': 'RTX 4000 ADA',
  '10de:2684': 'RTX 4090',
  '10de:2330': 'H100',
  '10de:20b5': 'A100',
};
const plain: Extras = { gpus: [], confidential: false };
const cards = (...gpus: string[]): Extras => ({ gpus, confidential: false });
const confidential: Extras = { gpus: [], confidential: true };

describe('the price of a GPU VM (W-166)', () => {
  it('has recorded answers of standard and premium cards', () => expect(withGpu.length).toBe(4));

  it.each(withGpu.map((estimate) => [estimate.name, estimate] as const))('is what the network answered: %s', (_, { content, response }) => {
    const size = { vcpus: content.resources.vcpus, memoryMib: content.resources.memory, diskMib: content.rootfs.size_mib };
    const gpus = (content.requirements?.gpu ?? []).map(({ device_id: id }) => models[id]!);
    const lines = productLines(size, cards(...gpus), builtInProducts);
    const answered = response.detail.map(({ type, name, cost_credit: credit }) => [type === 'EXECUTION' ? name : '', credit]);
    const found = [
      ...lines.executions.map(({ product, credits }) => [product, credits.toFixed(18)]),
      ...[...lines.volumes, lines.discount].map((credits) => ['', credits.toFixed(18)]),
    ];
    expect(found).toEqual(answered);
    expect(lines.total.toFixed(18)).toBe(response.cost);
  });

  it.each([
    ['RTX 4000 ADA', 3, '0.129375'],
    ['RTX 3090', 4, '0.1725'],
    ['RTX 4090', 6, '0.25875'],
    ['L40S', 12, '0.5175'],
    ['A100', 16, '1.38'],
    ['H100', 24, '2.07'],
  ])('of its own size: %s', (model, computeUnits, hourly) => {
    const size = productSize({}, cards(model), builtInProducts);
    expect(size).toEqual({ vcpus: computeUnits, memoryMib: computeUnits * 6144, diskMib: computeUnits * 61_440, computeUnits });
    expect(usdPerHour(productRate(size, cards(model), builtInProducts))).toBe(hourly);
  });

  it('adds up cards, and puts what the machine has beyond them on the dearer product', () => {
    const small = { vcpus: 1, memoryMib: 6144, diskMib: 61_440 };
    const units = (size: typeof small, ...gpus: string[]) =>
      productLines(size, cards(...gpus), builtInProducts).executions.map(({ product, computeUnits }) => [product, computeUnits]);
    expect(units(small, 'RTX 4090', 'rtx-4090')).toEqual([['instance_gpu_standard', 12]]);
    expect(units(small, 'RTX 3090', 'H100')).toEqual([
      ['instance_gpu_premium', 24],
      ['instance_gpu_standard', 4],
    ]);
    expect(units({ ...small, vcpus: 30 }, 'RTX 3090', 'H100')).toEqual([
      ['instance_gpu_premium', 26],
      ['instance_gpu_standard', 4],
    ]);
    expect(productSize({ vcpus: 30 }, cards('h100', 'RTX 3090'), builtInProducts).computeUnits).toBe(30);
  });

  it('wins over confidential', () => {
    const size = { vcpus: 3, memoryMib: 18_432, diskMib: 1 };
    expect(productRate(size, { gpus: ['H100'], confidential: true }, builtInProducts)).toEqual(
      productRate(size, cards('H100'), builtInProducts),
    );
  });

  it('knows a model however it is written, and names those there are for any other', () => {
    expect(gpuTier('rtx4000ada', builtInProducts)).toMatchObject({ model: 'RTX 4000 ADA', product: 'instance_gpu_standard' });
    expect(() => gpuTier('H1000', builtInProducts)).toThrow(/"H1000" has no price: choose one of H100, /);
    expect(() => productSize({ computeUnits: 2 }, cards('H100'), builtInProducts)).toThrow(/--cu and --gpu/);
  });

  it('is unreadable without both tables', () => {
    const order = [{ vcpus: 1, memoryMib: 1, diskMib: 1 }, cards('H100')] as const;
    for (const missing of [{ gpuPremium: null }, { gpuStandard: null }])
      expect(() => productRate(...order, { ...builtInProducts, ...missing })).toThrow(
        expect.objectContaining({ code: 'PRICE_UNREADABLE' }),
      );
  });

  it('is believed within a tenth and ten times of the usual, by unit and by card', () => {
    const usual = builtInProducts.gpuPremium;
    const rate = (factor: string) => ({ ...usual, computeUnit: usual.computeUnit.times(factor) });
    const h100 = (computeUnits: number) => ({ ...usual, tiers: [{ id: 'tier-2', model: 'H100', computeUnits, vramMib: 81_920 }] });
    const unknown = { ...usual, tiers: [{ id: 'tier-9', model: 'H900', computeUnits: 1, vramMib: 1 }] };
    const believed = [rate('0.1'), rate('0.09'), rate('10'), rate('10.1'), h100(24), h100(241), h100(2), unknown];
    expect(believed.map((found) => plausibleGpus(found, usual))).toEqual([true, false, true, false, true, false, false, true]);
  });
});

describe('the price of a confidential VM', () => {
  it.each([
    [1, '0.0285'],
    [2, '0.057'],
    [4, '0.114'],
    [6, '0.171'],
    [8, '0.228'],
    [12, '0.342'],
  ])('of %i CU (protocol-ccn.md §5.5)', (computeUnits, hourly) => {
    const size = productSize({ computeUnits }, confidential, builtInProducts);
    expect(usdPerHour(productRate(size, confidential, builtInProducts))).toBe(hourly);
    expect(productLines(size, confidential, builtInProducts).executions[0]).toMatchObject({
      product: 'instance_confidential',
      computeUnits,
    });
  });

  it('is twice that of a plain one, disks apart, and unreadable where there is none', () => {
    const size = { vcpus: 1, memoryMib: 2048, diskMib: 40_960 };
    const more = productRate(size, confidential, builtInProducts).minus(productRate(size, plain, builtInProducts));
    expect(more.toFixed(18)).toBe('3.958333333333333333');
    expect(productRate(size, plain, builtInProducts)).toEqual(rateOf(size, builtInPrices));
    expect(() => productRate(size, confidential, { ...builtInProducts, confidential: null })).toThrow(
      expect.objectContaining({ code: 'PRICE_UNREADABLE' }),
    );
  });
});
