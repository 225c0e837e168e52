import { Decimal } from 'decimal.js';
import { Exact } from './pricing/cost-line.ts';
import type { CcnState } from './state.ts';

/** JSON with maps, sets, decimals, big integers and bytes in it, so that a devnet can be put away and taken up again. */
export const writeState = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key: string, item: unknown): unknown {
    // Decimals turn into strings before they get here; the original is still in the holder.
    const original = this[key];
    if (Decimal.isDecimal(original)) return { $decimal: original.toString() };
    if (typeof item === 'bigint') return { $integer: item.toString() };
    if (original instanceof Uint8Array) return { $bytes: Buffer.from(original).toString('base64') };
    if (item instanceof Map) return { $map: [...item] };
    return item instanceof Set ? { $set: [...item] } : item;
  });

const revive = (_key: string, item: unknown): unknown => {
  if (typeof item !== 'object' || item === null) return item;
  const special = item as { $decimal?: string; $integer?: string; $map?: [unknown, unknown][]; $set?: unknown[]; $bytes?: string };
  if (special.$decimal !== undefined) return new Exact(special.$decimal);
  if (special.$integer !== undefined) return BigInt(special.$integer);
  if (special.$bytes !== undefined) return new Uint8Array(Buffer.from(special.$bytes, 'base64'));
  if (special.$map !== undefined) return new Map(special.$map);
  return special.$set !== undefined ? new Set(special.$set) : item;
};

export const readState = <T = CcnState>(text: string): T => JSON.parse(text, revive) as T;
