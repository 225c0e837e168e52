import { type Described, describe } from './describe.ts';
import type { Registered } from './registry.ts';

/** Everything that can be known of the commands without loading any; written at build time. */
export interface Manifest {
  commands: Described[];
}

export const manifestOf = async (registry: readonly Registered[]): Promise<Manifest> => ({
  commands: await Promise.all(registry.map(async ({ load }) => describe((await load()).default))),
});
