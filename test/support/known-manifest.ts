import { type Manifest, manifestOf } from '../../src/contract/declare/manifest.ts';
import type { Registered } from '../../src/contract/declare/registry.ts';

const known = new WeakMap<readonly Registered[], Promise<Manifest>>();

/** The manifest of these commands, made once in a process, as the build makes it once for the program. */
export const knownManifest = (commands: readonly Registered[]): Promise<Manifest> => {
  const manifest = known.get(commands) ?? manifestOf(commands);
  known.set(commands, manifest);
  return manifest;
};
