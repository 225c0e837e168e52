import type { World } from './context.ts';

/** stdin as it is read where it carries orders: at its end. */
export const withoutStdin = (world: World): World => ({
  environment: world.environment,
  machine: world.machine,
  commands: world.commands,
  version: world.version,
  unlocked: world.unlocked,
  warm: world.warm,
  rootPolicy: world.rootPolicy,
  crash: world.crash,
  stdin: (async function* nothing(): AsyncGenerator<Uint8Array> {})(),
});
