import type { VmState } from './vm-record.ts';

/**
 * One edge of the state machine in product.md §2. `limitSeconds`: how long the state `from` may last before something else happens; null
 * for ever.
 */
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
 * Every move that a VM may make. Its row begins as `requested`, or in the state that the network shows when the VM is adopted. A `dormant`
 * VM can only become `stopping`: whoever re-posts its INSTANCE message makes the VM run, and then it is torn down. The same goes for a
 * `terminated` VM, which two hosts have proven gone and the network may still contradict.
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

/** May a VM move from one state to the other? Staying in a state is not a move. */
export const mayMove = (from: VmState, to: VmState): boolean => allowed.has(`${from} ${to}`);
