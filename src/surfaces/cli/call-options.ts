import { parseDuration } from '../../domain/duration.ts';
import { Failure } from '../../domain/failure.ts';
import type { Progress } from '../../ports/progress.ts';
import type { GlobalValues } from './globals.ts';

/** How one call is to be made; main builds the context from it. */
export interface CallOptions {
  /** `--network`; null where it was not given. */
  network: string | null;
  account: string | null;
  task: string | null;
  /** For whoever approves: the caller's own words. */
  purpose: string | null;
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
export const lineOptions = (
  given: GlobalValues,
): Pick<CallOptions, 'network' | 'account' | 'task' | 'purpose' | 'timeoutMs' | 'passphraseSource'> => {
  const seconds = given.timeout === undefined ? usualTimeoutSeconds : parseDuration(given.timeout);
  if (seconds === null) throw new Failure('USAGE', `--timeout "${given.timeout}" is not right: it takes a duration like 90s or 5m.`);
  return {
    network: given.network ?? null,
    account: given.account ?? null,
    task: given.task ?? null,
    purpose: given.purpose ?? null,
    timeoutMs: seconds * 1000,
    passphraseSource: given.passphraseFile ?? null,
  };
};
