import type { OperationCourse } from '../ledger/ledger-records.ts';

export interface BreakerState {
  /** Creates that failed after all their attempts since the last create that succeeded. Creates that were refused do not count. */
  failuresInARow: number;
  lastFailureAt: number | null;
  /** When the oldest create that began after the last failure and is still running began, ms; null when none is running. */
  trialSince: number | null;
}

/** How long one trial create, its fail-overs included, may keep other creates waiting. */
const trialMs = 45 * 60_000;

export const breakerState = (operations: readonly OperationCourse[], now: number): BreakerState => {
  const creates = operations.filter(({ kind }) => kind === 'create');
  const ended = creates
    .filter(({ state, breaker }) => state === 'succeeded' || (state === 'failed' && breaker))
    .sort((a, b) => (b.endedAt ?? b.startedAt) - (a.endedAt ?? a.startedAt));
  const success = ended.findIndex(({ state }) => state === 'succeeded');
  const failures = success < 0 ? ended : ended.slice(0, success);
  const lastFailed = ended.find(({ state }) => state === 'failed');
  const lastFailureAt = lastFailed === undefined ? null : (lastFailed.endedAt ?? lastFailed.startedAt);
  const trials = creates.filter(
    ({ state, startedAt }) => state === 'running' && lastFailureAt !== null && startedAt >= lastFailureAt && now - startedAt < trialMs,
  );
  const trialSince = trials.length === 0 ? null : Math.min(...trials.map(({ startedAt }) => startedAt));
  return { failuresInARow: failures.length, lastFailureAt, trialSince };
};

/**
 * Seconds for which creation still pauses; 0 when it may go on. After `failures` failed creates in a row creation pauses for
 * `pauseSeconds`, then one trial create is let through; while the trial runs, other creates are told to ask again in 30 s.
 */
export const breakerPause = (state: BreakerState, limits: { failures: number; pauseSeconds: number }, now: number): number => {
  if (state.failuresInARow < limits.failures || state.lastFailureAt === null) return 0;
  const left = Math.ceil((state.lastFailureAt + limits.pauseSeconds * 1000 - now) / 1000);
  if (left > 0) return left;
  return state.trialSince === null ? 0 : 30;
};
