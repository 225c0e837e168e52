import type { Decimal } from 'decimal.js';
import { aggregateValue } from '../aggregates.ts';
import type { CcnState } from '../state.ts';
import { Exact } from './cost-line.ts';
import { defaultPricing, defaultSettings, OFFICIAL_OWNER } from './default-aggregates.ts';

/** Prices by payment column: tokens held, tokens per second, credits per second. */
interface Rates {
  hold: Decimal;
  stream: Decimal;
  credit: Decimal;
}

export interface Product {
  name: string;
  storage: Rates;
  computeUnit: Rates;
  memoryMib: number;
  diskMib: number;
  tiers: { model: string | null; units: number }[];
}

interface Entry {
  price?: { storage?: Record<string, string>; compute_unit?: Record<string, string> };
  tiers?: { model?: string; compute_units: number }[];
  compute_unit?: { memory_mib: number; disk_mib: number };
}

const HOUR = 3600;

/** The server divides by the hour first and multiplies by the amount then: the last digit shows it. */
const rates = (prices: Record<string, string> | undefined): Rates => ({
  hold: new Exact(prices?.['holding'] ?? 0),
  stream: new Exact(prices?.['payg'] ?? 0).div(HOUR),
  credit: new Exact(prices?.['credit'] ?? 0).div(HOUR),
});

/** A product of the pricing aggregate as this host knows it now; the built-in prices where there is none. */
export const product = (state: CcnState, name: string): Product => {
  const published = (aggregateValue(state, OFFICIAL_OWNER, 'pricing') ?? defaultPricing) as Record<string, Entry>;
  const entry = published[name];
  if (entry === undefined) throw new Error(`The pricing aggregate has no product ${name}.`);
  return {
    name,
    storage: rates(entry.price?.storage),
    computeUnit: rates(entry.price?.compute_unit),
    memoryMib: entry.compute_unit?.memory_mib ?? 2048,
    diskMib: entry.compute_unit?.disk_mib ?? 0,
    tiers: (entry.tiers ?? []).map((tier) => ({ model: tier.model ?? null, units: tier.compute_units })),
  };
};

/** The model that the settings aggregate gives a GPU device; null when it is not one that the network knows. */
export const gpuModel = (state: CcnState, deviceId: string): string | null => {
  const settings = (aggregateValue(state, OFFICIAL_OWNER, 'settings') ?? defaultSettings) as typeof defaultSettings;
  return settings.compatible_gpus.find((gpu) => gpu.device_id === deviceId)?.model ?? null;
};
