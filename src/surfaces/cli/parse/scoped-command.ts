import type { GlobalValues } from './globals.ts';

/** The flags of this call's own line that the next call would not know. */
export type Scope = Pick<GlobalValues, 'network' | 'account' | 'payer'>;

/**
 * A suggested command with this call's `--network`, `--account` and `--payer`; without them it would run on mainnet, with another key or at
 * another's cost. They go before `--`, because the words after it belong to a program in the VM.
 */
export const scopedCommand = (command: string, { network, account, payer }: Scope): string => {
  const flags = [
    ...(network === undefined || command.includes('--network') ? [] : [`--network ${network}`]),
    ...(account === undefined || command.includes('--account') ? [] : [`--account ${account}`]),
    ...(payer === undefined || command.includes('--payer') ? [] : [`--payer ${payer}`]),
  ];
  // Help is the same everywhere, and a wrong network or key must not be repeated in it.
  if (flags.length === 0 || !command.startsWith('aleph-agent ') || command.endsWith(' --help')) return command;
  const [line = command, ...remote] = command.split(/ (?=-- )/);
  return [line, ...flags, ...remote].join(' ');
};
