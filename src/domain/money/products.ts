import { gpuUnit } from './compute-unit.ts';
import { Exact } from './exact.ts';
import { builtInPrices, type Prices, plausiblePrices, within } from './price.ts';

/** One GPU model and the compute units that each card brings. */
export interface GpuTier {
  id: string;
  model: string;
  computeUnits: number;
  vramMib: number;
}

export interface GpuPrices extends Prices {
  tiers: readonly GpuTier[];
}

/** Prices of every kind of VM; a plain instance's are the top-level ones. null: no price that can be trusted. */
export interface Products extends Prices {
  confidential: Prices | null;
  gpuStandard: GpuPrices | null;
  gpuPremium: GpuPrices | null;
}

const card = (place: number, model: string, computeUnits: number, vramMib: number): GpuTier => ({
  id: `tier-${place}`,
  model,
  computeUnits,
  vramMib,
});

/** The network's own defaults (protocol-ccn.md §5.4). */
export const builtInProducts: Products & { confidential: Prices; gpuStandard: GpuPrices; gpuPremium: GpuPrices } = {
  ...builtInPrices,
  confidential: { ...builtInPrices, computeUnit: new Exact('28500') },
  gpuStandard: {
    computeUnit: new Exact('43125'),
    storage: builtInPrices.storage,
    unit: gpuUnit,
    tiers: [
      card(1, 'RTX 4000 ADA', 3, 20_480),
      card(2, 'RTX 3090', 4, 24_576),
      card(3, 'RTX 4090', 6, 24_576),
      card(4, 'L40S', 12, 49_152),
    ],
  },
  gpuPremium: {
    computeUnit: new Exact('86250'),
    storage: builtInPrices.storage,
    unit: gpuUnit,
    tiers: [card(1, 'A100', 16, 81_920), card(2, 'H100', 24, 81_920)],
  },
};

/** Do GPU prices lie within 0.1 and 10 times of the built-in ones, for a compute unit and for each card of a known model? */
export const plausibleGpus = (found: GpuPrices, usual: GpuPrices): boolean =>
  plausiblePrices(found, usual) &&
  found.tiers.every(({ model, computeUnits }) => {
    const known = usual.tiers.find((tier) => tier.model === model);
    if (known === undefined) return true;
    return within(new Exact(found.computeUnit).times(computeUnits), new Exact(usual.computeUnit).times(known.computeUnits));
  });
