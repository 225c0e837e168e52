import { parseDuration } from '../../domain/duration.ts';
import { Failure } from '../../domain/failure.ts';
import { isName } from '../../domain/names.ts';
import type { Progress } from '../../ports/progress.ts';
import type { GlobalValues } from './globals.ts';

/** How one call is to be made; main builds the context from it. */
export interface CallOptions {
  /** `--network`; null where it was not given. */
  network: string | null;
  account: string | null;
  task: string | null;
  timeoutMs: number;
  /** Somebody may be asked. */
  person: boolean;
  progress: Progress;
  warn(code: string, message: string): void;
  signal: AbortSignal;
  /** A path, `fd:3` or `-`; null where none was given. */
  passphraseSource: string | null;
  /** A secret typed unseen; null where nobody can be asked. */
  askSecret: ((question: string) => Promise<string>) | null;
}

/** Below the usual 120 s of agents' shells. */
const usualTimeoutSeconds = 100;

/** The part of the options that stands on the command line. */
export const lineOptions = (given: GlobalValues): Pick<CallOptions, 'network' | 'account' | 'task' | 'timeoutMs' | 'passphraseSource'> => {
  const seconds = given.timeout === undefined ? usualTimeoutSeconds : parseDuration(given.timeout);
  if (seconds === null) throw new Failure('USAGE', `--timeout "${given.timeout}" is not right: it takes a duration like 90s or 5m.`);
  return {
    network: named('--network', given.network, isName),
    account: named('--account', given.account, (word) => isName(word) || isAddress(word)),
    task: named('--task', given.task, isName),
    timeoutMs: seconds * 1000,
    passphraseSource: given.passphraseFile ?? null,
  };
};

const isAddress = (word: string): boolean => /^0x[0-9a-f]{40}$/i.test(word);

/** What is no name names nothing, and would be typed again in every command that the answer suggests. */
const named = (flag: string, word: string | undefined, fits: (word: string) => boolean): string | null => {
  if (word === undefined) return null;
  if (fits(word)) return word;
  throw new Failure('USAGE', `${flag} "${word.slice(0, 60)}" is not right: it takes a name of 1 to 40 of a-z, 0-9 and "-".`);
};
