import { draws } from '../../domain/trials/draws.ts';

/** Chance with a seed: the same seed gives the same network, the same faults, the same order. */
export interface DevnetRandom {
  /** In [0, 1). */
  fraction(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  bytes(count: number): Uint8Array;
  hex(bytes: number): string;
  pick<T>(list: readonly T[]): T;
  /** An independent stream of its own, so that drawing from one part of the devnet does not shift another. */
  fork(label: string): DevnetRandom;
}

const hashLabel = (seed: number, label: string): number => {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const char of label) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
};

export const createRandom = (seed: number): DevnetRandom => {
  const fraction = draws(seed);
  const integer = (below: number): number => Math.floor(fraction() * below);
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => integer(256));
  return {
    fraction,
    integer,
    bytes,
    hex: (count) => Buffer.from(bytes(count)).toString('hex'),
    pick: <T>(list: readonly T[]): T => {
      const chosen = list[integer(list.length)];
      if (chosen === undefined) throw new RangeError('Nothing to pick from an empty list.');
      return chosen;
    },
    fork: (label) => createRandom(hashLabel(seed, label)),
  };
};
