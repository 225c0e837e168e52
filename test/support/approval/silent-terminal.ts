import type { Terminal } from '../../../src/contract/declare/command.ts';

const none = (): never => {
  throw new Error('this terminal makes no calls of its own');
};

/** A terminal at which nobody sits and nothing is shown. */
export const silentTerminal: Terminal = {
  interactive: false,
  machine: true,
  write: () => {},
  writeError: () => {},
  paragraph: () => {},
  note: () => {},
  announce: () => {},
  pass: () => {},
  commands: none,
  asker: null,
  run: none,
  call: none,
  serveMcp: none,
  serveSafe: none,
  servePage: none,
};
