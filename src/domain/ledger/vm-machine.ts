import type { VmState } from './vm-record.ts';

/** One edge of product.md §2. `limitSeconds` is how long the state left may last before something else happens; null: as long as it likes. */
export interface Transition {
  from: VmState;
  to: VmState;
  when: string;
  limitSeconds: number | null;
  onFailure: string;
}

const edge = (from: VmState, to: VmState, when: string, limitSeconds: number | null, onFailure: string): Transition => ({
  from,
  to,
  when,
  limitSeconds,
  onFailure,
});

const stop = (from: VmState): Transition =>
  edge(from, 'stopping', 'destroy, expiry, breach or roll-back', 60, 'stays stopping, retried, still in the burn');

/**
 * Every way a VM may go. A row begins as `requested`, or where the network shows it when it is adopted. `dormant` never
 * becomes anything but `stopping`: whoever re-posts it makes it run, and then it is torn down; the same
 * holds for `terminated`, which two hosts have proven and the network may still contradict.
 */
export const transitions: readonly Transition[] = [
  edge(
    'requested',
    'provisioning',
    'processed by the CCN',
    60,
    'pending stays requested; silence reads the status, then the same bytes again',
  ),
  edge('requested', 'dormant', 'rejected, or sent and never processed', 15 * 60, 'stays requested with its hold'),
  edge('provisioning', 'healthy', 'node runs it, ports known, SSH answers', 10 * 60, 'forgotten, then the next node'),
  edge('healthy', 'stopped', 'vm stop', 90, 'unchanged'),
  edge('stopped', 'healthy', 'vm start', 90, 'unchanged'),
  edge('healthy', 'unreachable', 'three probes fail', 10 * 60, 'alert'),
  edge('unreachable', 'healthy', 'a probe answers', null, 'unchanged'),
  stop('requested'),
  stop('dormant'),
  stop('provisioning'),
  stop('healthy'),
  stop('unreachable'),
  stop('stopped'),
  edge('terminated', 'stopping', 'the network shows it alive after all', null, 'stays stopping, retried, still in the burn'),
  edge('stopping', 'dormant', 'no host ever took its message', 15 * 60, 'stays stopping, with its hold'),
  edge('stopping', 'terminated', 'two CCN hosts answer forgotten or removed', null, 'stays stopping, retried with back-off'),
];

const allowed: ReadonlySet<string> = new Set(transitions.map(({ from, to }) => `${from} ${to}`));

/** May a VM go from one state to the other? Staying is not a move. */
export const mayMove = (from: VmState, to: VmState): boolean => allowed.has(`${from} ${to}`);
