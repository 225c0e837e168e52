import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { plausiblePrices } from '../../../domain/money/price.ts';
import { builtInProducts, type GpuPrices, plausibleGpus } from '../../../domain/money/products.ts';
import type { PriceTable } from '../../../ports/network/prices.ts';
import { type Agreement, agreeing } from '../http/agreeing.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { hearing } from '../http/hearing.ts';
import { aggregateOf, aggregatePath, officialAggregates } from '../http/official-aggregates.ts';
import { printed } from '../http/printed.ts';
import { wireDecimal } from '../http/wire-values.ts';

const count = z.int().positive();
const price = z.object({ compute_unit: z.object({ credit: wireDecimal }), storage: z.object({ credit: wireDecimal }) });
const unit = z.object({ vcpus: count, memory_mib: count, disk_mib: count });
const tier = z.object({ id: z.string().regex(/^[\w.-]{1,32}$/), compute_units: count.max(256) });
const machine = z.object({ price, compute_unit: unit, tiers: z.array(tier).max(64) });
/** Models are shown and typed: plain words only. */
const cards = z.object({
  price,
  compute_unit: unit,
  tiers: z.array(tier.extend({ model: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 .+-]{0,39}$/), vram: count.max(1_048_576) })).max(64),
});
const shape = aggregateOf(
  officialAggregates.settings,
  z.object({
    pricing: z.object({
      instance: machine,
      instance_confidential: z.unknown().optional(),
      instance_gpu_standard: z.unknown().optional(),
      instance_gpu_premium: z.unknown().optional(),
    }),
  }),
);

type Published = z.output<typeof shape>['data']['pricing'];
type Priced = Pick<PriceTable, 'computeUnit' | 'storage'>;
type Machine = Omit<PriceTable, 'confidential' | 'gpuStandard' | 'gpuPremium'>;

const pricesOf = ({ price: { compute_unit, storage }, compute_unit: size }: Pick<z.output<typeof machine>, 'price' | 'compute_unit'>) => ({
  computeUnit: compute_unit.credit,
  storage: storage.credit,
  unit: { vcpus: size.vcpus, memoryMib: size.memory_mib, diskMib: size.disk_mib },
});

const machineOf = (found: z.output<typeof machine>): Machine => ({
  ...pricesOf(found),
  tiers: found.tiers.map(({ id, compute_units: computeUnits }) => ({ id, computeUnits })),
});

/** What a product is not needed for must not stop a plain VM: one that cannot be read counts as not there. */
const confidentialOf = (published: Published): Machine | null => {
  const found = machine.safeParse(published.instance_confidential);
  return found.success ? machineOf(found.data) : null;
};

const cardsOf = (product: unknown): GpuPrices | null => {
  const found = cards.safeParse(product);
  if (!found.success) return null;
  const tiers = found.data.tiers.map(({ id, compute_units: computeUnits, model, vram: vramMib }) => ({ id, model, computeUnits, vramMib }));
  return { ...pricesOf(found.data), tiers };
};

/**
 * The prices that two hosts give alike, product by product. `PRICE_UNREADABLE` where those of a plain instance are not alike, or lie out of
 * bounds; `NETWORK_UNAVAILABLE` where nothing is wrong with them and a host does not answer.
 */
export const prices = async (ccn: CcnHosts): Promise<PriceTable> => {
  const path = aggregatePath(officialAggregates.settings, 'pricing');
  const heard = hearing(ccn);
  const asked = new Map<string, Promise<Published | null>>();
  const published = (host: string, signal: AbortSignal): Promise<Published | null> => {
    const known = asked.get(host);
    if (known !== undefined) return known;
    const fresh = heard
      .from(host, path, shape, { signal })
      .then((reading) => (reading.kind === 'value' ? reading.value.data.pricing : null));
    asked.set(host, fresh);
    return fresh;
  };
  const agreed = <Product extends Priced>(about: string, of: (published: Published) => Product | null, hosts = ccn.inOrder()) =>
    agreeing<Product>(ccn, {
      about,
      hosts,
      read: async (host, signal) => {
        const found = await published(host, signal);
        return found === null ? null : of(found);
      },
      print: printed,
      says: ({ computeUnit, storage }) =>
        `${computeUnit.toFixed()} credits per compute unit and hour, ${storage.toFixed()} per MiB and hour`,
      enough: 'two',
    });

  const plain = await agreed('prices', ({ instance }) => machineOf(instance));
  if (plain.kind === 'open') {
    const silence = plain.answered < 2 ? heard.silence('give the same prices') : null;
    if (silence !== null) throw silence;
    const found = plain.answered < 2 ? `${plain.answered} gave one` : 'they differ';
    throw new Failure('PRICE_UNREADABLE', `Two CCN hosts must give the same prices; of ${ccn.hosts.length} asked, ${found}.`);
  }
  const { value } = plain;
  if (!plausiblePrices(value)) {
    const figures = `${value.computeUnit.toFixed()} credits per compute unit and hour, ${value.storage.toFixed()} per MiB and hour`;
    throw new Failure('PRICE_UNREADABLE', `The network's prices lie outside a tenth to ten times the usual: ${figures}.`);
  }
  // No host is asked for these that was not asked anyway: a plain VM does not wait for the price of a GPU.
  const known = [...asked.keys()];
  const [confidential, standard, premium] = await Promise.all([
    agreed('prices of confidential VMs', confidentialOf, known),
    agreed('prices of standard GPUs', (found) => cardsOf(found.instance_gpu_standard), known),
    agreed('prices of premium GPUs', (found) => cardsOf(found.instance_gpu_premium), known),
  ]);
  const believed = (found: Agreement<GpuPrices>, usual: GpuPrices): GpuPrices | null =>
    found.kind === 'settled' && plausibleGpus(found.value, usual) ? found.value : null;
  const sound = confidential.kind === 'settled' && plausiblePrices(confidential.value, builtInProducts.confidential);
  return {
    ...value,
    confidential: sound ? confidential.value : null,
    gpuStandard: believed(standard, builtInProducts.gpuStandard),
    gpuPremium: believed(premium, builtInProducts.gpuPremium),
  };
};
