import * as z from 'zod';
import { hint } from '../../contract/declare/hint.ts';
import { money } from '../../contract/fields/fields.ts';
import { list } from '../../contract/outputs/list.ts';
import { Exact } from '../../domain/money/exact.ts';
import { gibText } from '../../domain/money/mib.ts';
import { creditsOver, usd, usdPerHour } from '../../domain/money/money.ts';
import { type Extras, productRate, productSize } from '../../domain/money/product-price.ts';
import type { GpuTier } from '../../domain/money/products.ts';
import type { PriceTable } from '../../ports/network/prices.ts';

const row = z.object({
  product: z.enum(['instance', 'confidential', 'gpu']),
  tier: z.string(),
  model: z.string().nullable().describe('What --gpu takes'),
  computeUnits: z.int().describe('As billed; a GPU brings several, of another size'),
  vcpus: z.int(),
  memoryMib: z.int(),
  diskMib: z.int(),
  vramMib: z.int().nullable(),
  usdPerHour: money,
  usdPerDay: money,
  usdPer30Days: money,
});

const priced = (prices: PriceTable, size: { vcpus: number; memoryMib: number; diskMib: number; computeUnits: number }, extras: Extras) => {
  const rate = productRate(size, extras, prices);
  const over = (days: number): string => usd(creditsOver(rate, 86_400 * days));
  return { ...size, usdPerHour: usdPerHour(rate), usdPerDay: over(1), usdPer30Days: over(30) };
};

const machines = (prices: PriceTable, product: 'instance' | 'confidential', tiers: PriceTable['tiers']): z.output<typeof row>[] =>
  tiers.map(({ id, computeUnits }) => {
    const extras = { gpus: [], confidential: product === 'confidential' };
    const { unit } = prices.confidential !== null && extras.confidential ? prices.confidential : prices;
    const size = {
      vcpus: unit.vcpus * computeUnits,
      memoryMib: unit.memoryMib * computeUnits,
      diskMib: unit.diskMib * computeUnits,
      computeUnits,
    };
    return { product, tier: id, model: null, vramMib: null, ...priced(prices, size, extras) };
  });

const cards = (prices: PriceTable, tiers: readonly GpuTier[]): z.output<typeof row>[] =>
  tiers.map(({ id, model, vramMib }) => {
    const extras = { gpus: [model], confidential: false };
    return { product: 'gpu', tier: id, model, vramMib, ...priced(prices, productSize({}, extras, prices), extras) };
  });

export default list({
  name: 'credits prices',
  summary: 'List the price of every size, GPU and confidential included',
  audience: 'agent',
  whole: true,
  item: row,
  totals: { storageUsdPerGibHour: money.describe('Disk beyond what a size includes') },
  brief: ['product', 'model', 'computeUnits', 'memoryMib', 'diskMib', 'usdPerHour'],
  failures: ['PRICE_UNREADABLE'],
  examples: [{ line: 'credits prices', why: 'all sizes with their price per hour' }],
  async run(context, _input, page) {
    const prices = await (await context.cloud()).prices.table();
    const { confidential, gpuStandard, gpuPremium } = prices;
    const gpus = gpuStandard === null || gpuPremium === null ? null : [...gpuStandard.tiers, ...gpuPremium.tiers];
    const missing = [...(confidential === null ? ['confidential VMs'] : []), ...(gpus === null ? ['GPUs'] : [])];
    if (missing.length > 0) {
      context.warn('PRICE_UNREADABLE', `No price of ${missing.join(' and ')} that two hosts agree on and that lies within bounds.`);
    }
    const items = [
      ...machines(prices, 'instance', prices.tiers),
      ...(confidential === null ? [] : machines(prices, 'confidential', confidential.tiers)),
      ...(gpus === null ? [] : cards(prices, gpus)),
    ];
    const storage = usdPerHour(new Exact(prices.storage).times(1024).div(3600));
    return { ...page(items, ({ product, tier }) => `${product}/${tier}`), totals: { storageUsdPerGibHour: storage } };
  },
  columns: [
    ['PRODUCT', ({ model, product }) => model ?? product],
    ['CU', 'computeUnits'],
    ['VCPUS', 'vcpus'],
    ['MEMORY', ({ memoryMib }) => gibText(memoryMib)],
    ['DISK', ({ diskMib }) => gibText(diskMib)],
    ['USD/H', 'usdPerHour'],
    ['USD/DAY', 'usdPerDay'],
    ['USD/30 D', 'usdPer30Days'],
  ],
  goFirst: ['USD/30 D', 'USD/DAY', 'VCPUS'],
  foot: ({ storageUsdPerGibHour }) =>
    [
      `Disk beyond that: ${storageUsdPerGibHour} USD per GiB and hour.`,
      'A GPU VM always needs your approval; aleph-agent makes no confidential VMs.',
    ].join('\n'),
  next: () => [hint('what one would cost in all', 'credits estimate', { cu: 2, ttl: '4h' })],
});
