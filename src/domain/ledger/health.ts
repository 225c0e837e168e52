import type { VmState } from './vm-record.ts';

/** Consecutive probes of one VM with the same result. Times are ms. */
export interface HealthRun {
  since: number;
  until: number;
  /** SSH answered. */
  answers: boolean;
  /** What the node said of the VM at the newest of these probes. */
  onNode: string;
  probes: number;
}

export interface HealthProbe {
  at: number;
  answers: boolean;
  onNode: string;
}

/** This many probes in a row must fail before a VM counts as unreachable (product.md §2). */
export const failedProbes = 3;
/** Probes closer together than this count as one: two processes may look at the same time. */
const leastGapMs = 20_000;

/** This many runs are kept of each VM, the newest. */
export const runsKept = 50;

/** The newest run extended by this probe, or a new run; null where another process probed with the same result only just before. */
export const withProbe = (newest: HealthRun | null, { at, answers, onNode }: HealthProbe): HealthRun | null => {
  if (newest !== null && at - newest.until < leastGapMs && newest.answers === answers) return null;
  return newest === null || newest.answers !== answers
    ? { since: at, until: at, answers, onNode, probes: 1 }
    : { ...newest, until: at, onNode, probes: newest.probes + 1 };
};

/** The state that the newest run gives a VM; only for VMs that are neither stopped nor changing. */
export const stateBy = (state: VmState, { answers, probes }: HealthRun): VmState => {
  if (answers) return 'healthy';
  return state === 'healthy' && probes >= failedProbes ? 'unreachable' : state;
};

/** For how long the VM has not answered, ms, as far as probes tell; 0 while it answers. */
export const silentMs = (newest: HealthRun | null, now: number): number =>
  newest === null || newest.answers ? 0 : Math.max(0, now - newest.since);
