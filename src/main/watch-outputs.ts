import { writeSync } from 'node:fs';

/**
 * Keeps an output that cannot be written from ending the process: what a call does goes on, and the exit code is 1. Gives a function that tells
 * whether the answer got lost that way. It is said once, in one line. A reader that went away is no failure (conventions.md §3.5), and where errors are written
 * nobody could be told.
 */
export const watchOutputs = (process: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exitCode'>): (() => boolean) => {
  let lost = false;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || lost) return;
    lost = true;
    process.exitCode = 1;
    const why = code === 'ENOSPC' ? 'no space is left where it goes' : 'where it goes takes nothing';
    try {
      writeSync(
        2,
        `error: The answer could not be written: ${why} (${code}). What was done stays done: "aleph-agent ledger ls" shows it.\n`,
      );
    } catch {
      // the other output is gone, too: the exit code tells
    }
  });
  return () => lost;
};
