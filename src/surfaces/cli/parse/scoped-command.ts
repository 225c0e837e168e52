import { shellWord } from '../../../domain/text/shell-word.ts';
import type { GlobalValues } from './globals.ts';

/** The flags of this call's own line that the next call would not know. */
export type Scope = Pick<GlobalValues, 'network' | 'account' | 'payer' | 'task'>;

/**
 * A suggested command with this call's `--network`, `--account` and `--payer`; without them it would run on mainnet, with another key or at
 * another's cost. What concerns a VM keeps its `--task`, too: a person is asked before another task's VM is destroyed. They go before `--`,
 * because the words after it belong to a program in the VM.
 */
export const scopedCommand = (command: string, { network, account, payer, task }: Scope): string => {
  const flags = [
    ...(network === undefined || command.includes('--network') ? [] : [`--network ${network}`]),
    ...(account === undefined || command.includes('--account') ? [] : [`--account ${account}`]),
    ...(payer === undefined || command.includes('--payer') ? [] : [`--payer ${payer}`]),
    ...(task === undefined || !isAboutVm(command) || command.includes('--task') ? [] : [`--task ${shellWord(task)}`]),
  ];
  // Help is the same everywhere, and a wrong network or key must not be repeated in it.
  if (flags.length === 0 || !command.startsWith('aleph-agent ') || command.endsWith(' --help')) return command;
  const [line = command, ...remote] = command.split(/ (?=-- )/);
  return [line, ...flags, ...remote].join(' ');
};

/** A list shows every task's VMs, whoever asks. */
const isAboutVm = (command: string): boolean => /^aleph-agent vm (?!ls\b)/.test(command);
