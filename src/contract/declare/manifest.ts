import { digest } from '../../domain/text/canonical-json.ts';
import { type Described, describe } from './describe.ts';
import type { Registered } from './registry.ts';

/** Everything that can be known of the commands without loading any; written at build time. */
export interface Manifest {
  commands: Described[];
  /** Digest of the commands: a safe and its clients compare it. */
  registry: string;
}

export const manifestOf = async (registry: readonly Registered[]): Promise<Manifest> => {
  const commands = await Promise.all(registry.map(async ({ load }) => describe((await load()).default)));
  return { commands, registry: digest(commands) };
};
