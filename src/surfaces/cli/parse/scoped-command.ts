import type { GlobalValues } from './globals.ts';

/** What this call was told on its own line and the next one would not know. */
export type Scope = Pick<GlobalValues, 'network' | 'account'>;

/**
 * A suggested command with the `--network` and `--account` of the call that suggests it: without them it would run on mainnet, or
 * with another key. Before `--`, what follows is the VM's.
 */
export const scopedCommand = (command: string, { network, account }: Scope): string => {
  const flags = [
    ...(network === undefined || command.includes('--network') ? [] : [`--network ${network}`]),
    ...(account === undefined || command.includes('--account') ? [] : [`--account ${account}`]),
  ];
  // Help is the same everywhere; and where the network or key was the mistake, it is not repeated.
  if (flags.length === 0 || !command.startsWith('aleph-agent ') || command.endsWith(' --help')) return command;
  const [line = command, ...remote] = command.split(/ (?=-- )/);
  return [line, ...flags, ...remote].join(' ');
};
