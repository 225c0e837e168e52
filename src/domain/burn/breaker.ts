import type { OperationRecord } from '../ledger/ledger-records.ts';

export interface BreakerState {
  /** Creates that failed after all their attempts, since the last that succeeded. Refusals do not count. */
  failuresInARow: number;
  lastFailureAt: number | null;
  /** When a create began that is still under way, after the last failure; null when none is. */
  trialSince: number | null;
}

/** How long a trial may keep others waiting: a create with its fail-overs. */
const trialMs = 45 * 60_000;

export const breakerState = (operations: readonly OperationRecord[], now: number): BreakerState => {
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
 * Seconds that creation still pauses; 0 when it does not. After `failures` in a row it pauses for `pauseSeconds`, then one
 * trial is let through: while that runs, others wait (asked again every half minute).
 */
export const breakerPause = (state: BreakerState, limits: { failures: number; pauseSeconds: number }, now: number): number => {
  if (state.failuresInARow < limits.failures || state.lastFailureAt === null) return 0;
  const left = Math.ceil((state.lastFailureAt + limits.pauseSeconds * 1000 - now) / 1000);
  if (left > 0) return left;
  return state.trialSince === null ? 0 : 30;
};
