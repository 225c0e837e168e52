import type { VmState } from './vm-record.ts';

/** Probes of one VM that all found the same, one after the other. Times are ms. */
export interface HealthRun {
  since: number;
  until: number;
  /** SSH answered. */
  answers: boolean;
  /** What the node said of the VM at the last of them. */
  onNode: string;
  probes: number;
}

export interface HealthProbe {
  at: number;
  answers: boolean;
  onNode: string;
}

/** So many in a row must fail before a VM counts as unreachable (product.md §2). */
export const failedProbes = 3;
/** Two processes that look at the same time are one look. */
const leastGapMs = 20_000;

/** Runs kept of one VM, newest first. */
export const runsKept = 50;

/** The newest run with this probe in it, or a new one; null where somebody has only just looked. */
export const withProbe = (newest: HealthRun | null, { at, answers, onNode }: HealthProbe): HealthRun | null => {
  if (newest !== null && at - newest.until < leastGapMs && newest.answers === answers) return null;
  return newest === null || newest.answers !== answers
    ? { since: at, until: at, answers, onNode, probes: 1 }
    : { ...newest, until: at, onNode, probes: newest.probes + 1 };
};

/** The state that the newest run makes of a VM that is at rest and not stopped. */
export const stateBy = (state: VmState, { answers, probes }: HealthRun): VmState => {
  if (answers) return 'healthy';
  return state === 'healthy' && probes >= failedProbes ? 'unreachable' : state;
};

/** How long nothing has answered, as far as anybody looked; 0 while it answers. */
export const silentMs = (newest: HealthRun | null, now: number): number =>
  newest === null || newest.answers ? 0 : Math.max(0, now - newest.since);
