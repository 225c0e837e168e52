import type { World } from './context.ts';

/** stdin as it is read where it carries orders: at its end. */
export const withoutStdin = ({ environment, machine, commands, unlocked, rootPolicy, crash }: World): World => ({
  environment,
  machine,
  commands,
  unlocked,
  rootPolicy,
  crash,
  stdin: (async function* nothing(): AsyncGenerator<Uint8Array> {})(),
});
