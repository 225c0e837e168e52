import type { HostWord } from '../../ports/network/messages.ts';
import type { Placement } from '../../ports/network/nodes.ts';

const gone = (word: HostWord): boolean => word.status === 'forgotten' || word.status === 'removed';
/** The host has it, or may come to have it by itself. */
const alive = (word: HostWord): boolean => word.status === 'pending' || word.status === 'processed' || word.status === 'removing';
const silentForMs = 10 * 60_000;

/** A host that the message never reached, or that rejected it, will never say `forgotten`: its word is taken for silence. */
export const saysNothing = (word: HostWord): boolean => !gone(word) && !alive(word);

/** Hosts that answered `forgotten` or `removed`. */
export const forgottenBy = (words: readonly HostWord[]): string[] => words.filter(gone).map((word) => word.host);

/**
 * Is it proven that the VM bills no more? Two configured CCN hosts must say so and none may say otherwise; where the others have
 * been silent for ten minutes, each counted from its own first silence, one host and the scheduler together (product.md §1 rule 5).
 */
export const provenGone = (words: readonly HostWord[], placement: Placement, silentFor: (host: string) => number): boolean => {
  const sayGone = words.filter(gone).length;
  const sayOtherwise = words.some(alive);
  if (sayGone === 0 || sayOtherwise) return false;
  if (sayGone >= 2) return true;
  const unscheduled =
    placement.answered && (placement.status === null || placement.status === 'unscheduled' || placement.status === 'removed');
  return unscheduled && words.filter(saysNothing).every(({ host }) => silentFor(host) >= silentForMs);
};

export const saysAlive = (words: readonly HostWord[]): boolean =>
  words.some((word) => word.status === 'processed' || word.status === 'removing');
