import type { CcnState } from '../state.ts';
import type { Product } from './price-table.ts';
import { gpuModel, product } from './price-table.ts';

/**
 * Compute units by GPU tier, summed over the cards; when vCPUs and memory imply more, the excess falls on the premium tier if there is
 * one. Throws for a card that settings or tiers do not know: the server answers HTTP 500 then (protocol-ccn §5.5, §12.21).
 */
export const gpuUnits = (state: CcnState, gpus: readonly { device_id: string }[], wanted: number): { price: Product; units: number }[] => {
  const tiers = ['instance_gpu_premium', 'instance_gpu_standard'].map((name) => ({ price: product(state, name), units: 0 }));
  for (const { device_id: device } of gpus) {
    const model = gpuModel(state, device);
    if (model === null) throw new Error(`GPU device_id ${device} not found in compatible GPUs`);
    const tier = tiers.find((one) => one.price.tiers.some((offer) => offer.model === model));
    if (tier === undefined) throw new Error(`GPU model ${model} not found in any pricing tier (premium or standard)`);
    tier.units += tier.price.tiers.find((offer) => offer.model === model)?.units ?? 0;
  }
  const used = tiers.filter((tier) => tier.units > 0);
  const excess = wanted - used.reduce((sum, tier) => sum + tier.units, 0);
  if (used[0] !== undefined && excess > 0) used[0].units += excess;
  return used;
};
