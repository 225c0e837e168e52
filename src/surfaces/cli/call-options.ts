import { parseDuration } from '../../domain/duration.ts';
import type { Preferences } from '../../ports/preferences.ts';
import type { Progress } from '../../ports/progress.ts';
import type { GlobalValues } from './globals.ts';
import { preferred } from './preferences-of.ts';

/** How one call is to be made; main builds the context from it. */
export interface CallOptions {
  /** `--network`; null where it was not given. */
  network: string | null;
  account: string | null;
  task: string | null;
  timeoutMs: number;
  namePrefix: string | null;
  preferences: Preferences;
  /** Somebody may be asked. */
  person: boolean;
  progress: Progress;
  /** `--debug`: takes a line for every request and SSH connection; null where nobody asked. */
  trace: ((line: string) => void) | null;
  warn(code: string, message: string): void;
  signal: AbortSignal;
  /** A path, `fd:3` or `-`; null where none was given. */
  passphraseSource: string | null;
  /** A secret typed unseen; null where nobody can be asked. */
  askSecret: ((question: string) => Promise<string>) | null;
}

type LineOptions = Pick<CallOptions, 'network' | 'account' | 'task' | 'timeoutMs' | 'namePrefix' | 'passphraseSource'>;

/** The part of the options that stands on the command line, or in the layers below it. */
export const lineOptions = (given: GlobalValues, preferences: Preferences): LineOptions => {
  const timeout = preferred(preferences, 'timeout') ?? '';
  return {
    network: given.network ?? null,
    account: given.account ?? null,
    task: preferred(preferences, 'task'),
    timeoutMs: (parseDuration(timeout) ?? 0) * 1000,
    namePrefix: preferred(preferences, 'namePrefix'),
    passphraseSource: given.passphraseFile ?? null,
  };
};
