import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

const steps = 2 ** 48 - 1;

/** The machine's own randomness, fit for keys. */
export const systemRandom = (): Random => ({
  bytes: (count) => new Uint8Array(randomBytes(count)),
  fraction: () => randomInt(steps) / steps,
});
