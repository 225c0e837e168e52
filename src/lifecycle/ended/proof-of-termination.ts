import type { HostStatus } from '../../ports/network/messages.ts';
import type { Placement } from '../../ports/network/nodes.ts';

const gone = (one: HostStatus): boolean => one.status === 'forgotten' || one.status === 'removed';
/** The host has the VM's message, or may come to have it by itself. */
const alive = (one: HostStatus): boolean => one.status === 'pending' || one.status === 'processed' || one.status === 'removing';
const silentForMs = 10 * 60_000;

/**
 * Tells whether a host's answer says nothing: a host that the message never reached, or that rejected it, will never say `forgotten`, so
 * its answer counts as silence.
 */
export const saysNothing = (one: HostStatus): boolean => !gone(one) && !alive(one);

/** Returns the hosts that answered `forgotten` or `removed`. */
export const forgottenBy = (statuses: readonly HostStatus[]): string[] => statuses.filter(gone).map((one) => one.host);

/**
 * Tells whether it is proven that the VM bills no more: two configured CCN hosts say that it is gone and none says otherwise. Where all
 * others have been silent for ten minutes, each since its own first silence, one host together with the scheduler is enough (product.md §1
 * rule 5).
 */
export const provenGone = (statuses: readonly HostStatus[], placement: Placement, silentFor: (host: string) => number): boolean => {
  const sayGone = statuses.filter(gone).length;
  const sayOtherwise = statuses.some(alive);
  if (sayGone === 0 || sayOtherwise) return false;
  if (sayGone >= 2) return true;
  const unscheduled =
    placement.answered && (placement.status === null || placement.status === 'unscheduled' || placement.status === 'removed');
  return unscheduled && statuses.filter(saysNothing).every(({ host }) => silentFor(host) >= silentForMs);
};

/** Tells whether any host says that the VM is live and bills. */
export const saysAlive = (statuses: readonly HostStatus[]): boolean =>
  statuses.some((one) => one.status === 'processed' || one.status === 'removing');
