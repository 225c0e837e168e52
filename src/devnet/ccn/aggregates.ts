import type { AggregateElement, CcnState } from './state.ts';

/**
 * Shallow merge by `content.time`: a later element's top-level keys replace earlier ones whole; one of equal time does not
 * (protocol-ccn §6.2). Nulls stay.
 */
const merge = (elements: readonly AggregateElement[]): Record<string, unknown> => {
  const value: Record<string, unknown> = {};
  const written = new Map<string, number>();
  for (const element of elements) {
    for (const [key, part] of Object.entries(element.content)) {
      if ((written.get(key) ?? Number.NEGATIVE_INFINITY) >= element.time) continue;
      written.set(key, element.time);
      value[key] = part;
    }
  }
  return value;
};

export const addAggregateElement = (state: CcnState, address: string, key: string, element: AggregateElement): void => {
  const keys = state.aggregates.get(address) ?? new Map<string, AggregateElement[]>();
  state.aggregates.set(address, keys);
  const elements = keys.get(key) ?? [];
  keys.set(
    key,
    [...elements, element].sort((a, b) => a.time - b.time),
  );
};

/** Forgetting the last element of a key removes the key. */
export const dropAggregateElement = (state: CcnState, address: string, key: string, hash: string): void => {
  const keys = state.aggregates.get(address);
  const left = (keys?.get(key) ?? []).filter((element) => element.hash !== hash);
  if (left.length > 0) keys?.set(key, left);
  else keys?.delete(key);
};

export const aggregateValue = (state: CcnState, address: string, key: string): Record<string, unknown> | null => {
  const elements = state.aggregates.get(address)?.get(key);
  return elements === undefined ? null : merge(elements);
};

export const aggregateKeys = (state: CcnState, address: string): string[] => [...(state.aggregates.get(address)?.keys() ?? [])];

/** Times in seconds; both hashes are the newest element's, as the server has it. */
export const aggregateInfo = (state: CcnState, address: string, key: string) => {
  const elements = state.aggregates.get(address)?.get(key) ?? [];
  const last = elements.at(-1);
  return { created: elements[0]?.time ?? 0, updated: last?.time ?? 0, hash: last?.hash ?? null };
};
