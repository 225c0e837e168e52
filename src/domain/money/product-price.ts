import type { Decimal } from 'decimal.js';
import { Failure } from '../failure/failure.ts';
import { nearest } from '../text/nearest.ts';
import { Exact } from './exact.ts';
import { computeUnitsOf, executionCost, type PriceLines, type Prices, priceLines, type Size, withDisks } from './price.ts';
import { builtInProducts, type GpuPrices, type GpuTier, type Products } from './products.ts';
import { type SizeRequest, sizeOf } from './size.ts';

/** What makes a VM special. GPUs by model, one entry for each card. */
export interface Extras {
  gpus: readonly string[];
  confidential: boolean;
}

export type ProductName = 'instance' | 'instance_confidential' | 'instance_gpu_standard' | 'instance_gpu_premium';

export interface ProductLines extends Omit<PriceLines, 'execution'> {
  /** One line for each product: a VM may have cards of both GPU products. */
  executions: { product: ProductName; computeUnits: number; credits: Decimal }[];
}

/** A GPU model without case, spaces and signs: `rtx4090`, `RTX 4090` and `rtx-4090` are one model. */
const bare = (model: string): string => model.toLowerCase().replace(/[^a-z0-9]/g, '');

const unreadable = (what: string): Failure =>
  new Failure('PRICE_UNREADABLE', `The network gives no price for ${what} that two hosts agree on and that lies within bounds.`);

const gpuProducts = ({ gpuStandard, gpuPremium }: Products): { standard: GpuPrices; premium: GpuPrices } => {
  if (gpuStandard === null || gpuPremium === null) throw unreadable('GPUs');
  return { standard: gpuStandard, premium: gpuPremium };
};

/**
 * The tier of a GPU model in any spelling; the premium tier where both products have the model. Throws `USAGE` for a model without a price.
 */
export const gpuTier = (model: string, products: Products): GpuTier & { product: ProductName } => {
  const { standard, premium } = gpuProducts(products);
  const fits = (tier: GpuTier): boolean => bare(tier.model) === bare(model);
  const dear = premium.tiers.find(fits);
  if (dear !== undefined) return { ...dear, product: 'instance_gpu_premium' };
  const found = standard.tiers.find(fits);
  if (found !== undefined) return { ...found, product: 'instance_gpu_standard' };
  const models = [...standard.tiers, ...premium.tiers].map((tier) => tier.model);
  throw new Failure(
    'USAGE',
    `--gpu "${model.slice(0, 60)}" has no price: choose one of ${nearest(model.toUpperCase(), models, models.length).join(', ')}.`,
  );
};

/**
 * The prices that apply to a VM's size and disks. A VM with GPUs counts by the premium prices, confidential or not (protocol-ccn.md §5.5).
 */
const basisOf = ({ gpus, confidential }: Extras, products: Products): Prices => {
  if (gpus.length > 0) return gpuProducts(products).premium;
  if (!confidential) return products;
  if (products.confidential === null) throw unreadable('confidential VMs');
  return products.confidential;
};

/**
 * Compute units of each GPU product, summed over its cards. Where vCPUs and memory imply more units, the excess goes to the premium product
 * if the VM has such a card. Premium comes first, in the order of the network's own lines.
 */
const gpuUnits = (size: Size, gpus: readonly string[], products: Products): { product: ProductName; computeUnits: number }[] => {
  const tiers = gpus.map((model) => gpuTier(model, products));
  const sum = (product: ProductName): number =>
    tiers.filter((tier) => tier.product === product).reduce((units, tier) => units + tier.computeUnits, 0);
  const used = (['instance_gpu_premium', 'instance_gpu_standard'] as const)
    .map((product) => ({ product, computeUnits: sum(product) }))
    .filter(({ computeUnits }) => computeUnits > 0);
  const wanted = computeUnitsOf(size, gpuProducts(products).premium.unit);
  const excess = wanted - used.reduce((units, { computeUnits }) => units + computeUnits, 0);
  return used.map((one, place) => (place === 0 && excess > 0 ? { ...one, computeUnits: one.computeUnits + excess } : one));
};

/** The network's price of any VM, exact to its 18 decimals. Throws `PRICE_UNREADABLE` where there is no price for its kind. */
export const productLines = (size: Size, extras: Extras, products: Products, volumesMib: readonly number[] = []): ProductLines => {
  const basis = basisOf(extras, products);
  if (extras.gpus.length === 0) {
    const { execution, ...lines } = priceLines(size, basis, volumesMib);
    const product = extras.confidential ? 'instance_confidential' : 'instance';
    return { executions: [{ product, computeUnits: computeUnitsOf(size, basis.unit), credits: execution }], ...lines };
  }
  const { standard, premium } = gpuProducts(products);
  const executions = gpuUnits(size, extras.gpus, products).map(({ product, computeUnits }) => ({
    product,
    computeUnits,
    credits: executionCost(computeUnits, product === 'instance_gpu_premium' ? premium : standard),
  }));
  const units = computeUnitsOf(size, basis.unit);
  const costs = executions.map(({ credits }) => credits);
  return { executions, ...withDisks(costs, units, [size.diskMib, ...volumesMib], basis) };
};

/** The GPUs and confidentiality of a spec, none where the spec leaves them out. */
export const extrasOf = ({ gpus = [], confidential = false }: Partial<Extras>): Extras => ({ gpus, confidential });

/** Does a VM have GPUs or is it confidential? For such VMs a person is always asked (product.md §3). */
export const isSpecial = ({ gpus = [], confidential = false }: Partial<Extras>): boolean => gpus.length > 0 || confidential;

/** Credits per second of any VM, 18 decimals. */
export const productRate = (size: Size, extras: Extras, products: Products): Decimal =>
  new Exact(productLines(size, extras, products).total);

/** A VM's rate by the built-in prices, for when the network's cannot be read. A card that they do not list counts as the dearest. */
export const usualRate = (spec: Size & Partial<Extras>): Decimal => {
  const { gpuStandard, gpuPremium } = builtInProducts;
  const known = [...gpuStandard.tiers, ...gpuPremium.tiers].map(({ model }) => model);
  const gpus = (spec.gpus ?? []).map((model) => (known.includes(model) ? model : known.at(-1)!));
  return specRate({ ...spec, gpus }, builtInProducts);
};

/** Credits per second of a VM's whole spec, 18 decimals. */
export const specRate = (spec: Size & Partial<Extras>, products: Products): Decimal => productRate(spec, extrasOf(spec), products);

/**
 * The whole size of any VM. With `--gpu` and no size the cards decide it; `--cu` counts plain compute units and is refused beside `--gpu`
 * (`USAGE`). `computeUnits` are those billed.
 */
export const productSize = (request: SizeRequest, extras: Extras, products: Products, minDiskMib = 0): Size & { computeUnits: number } => {
  const { unit } = basisOf(extras, products);
  if (extras.gpus.length === 0) return sizeOf(request, minDiskMib, unit);
  if (request.computeUnits !== undefined)
    throw new Failure('USAGE', '--cu and --gpu do not go together: a GPU brings its size, or give --vcpus and --memory.');
  const brought = extras.gpus.reduce((units, model) => units + gpuTier(model, products).computeUnits, 0);
  const plain =
    request.vcpus === undefined && request.memoryMib === undefined
      ? { vcpus: brought * unit.vcpus, memoryMib: brought * unit.memoryMib }
      : {};
  const size = sizeOf({ ...request, ...plain }, minDiskMib, unit);
  const computeUnits = gpuUnits(size, extras.gpus, products).reduce((units, one) => units + one.computeUnits, 0);
  return { ...size, computeUnits };
};
