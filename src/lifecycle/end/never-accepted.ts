import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { HostWord } from '../../ports/network/messages.ts';

/** A hold stays this long after signing while a host may still make the VM real (product.md §1 rule 1). */
export const dormantHoldMs = 15 * 60_000;

/** So long one host's `processed` to the post outweighs that all now answer that they have no such message. */
const oneWordMs = 60 * 60_000;

/**
 * Did a host answer `processed` to the post? Then it is real, however silent all are about it since. But not for ever on that one
 * word where two hosts answer otherwise: one that says so and forgets must not take up a place and its money until the end of time.
 */
export const wasProcessed = async (
  context: Pick<ReadContext, 'ledger' | 'clock'>,
  vm: VmRecord,
  words: readonly HostWord[],
): Promise<boolean> => {
  if (vm.processedAt !== null) return true;
  const denied = words.length >= 2 && words.every(({ status }) => status === 'rejected' || status === 'unknown');
  if (denied && context.clock.now() - vm.signedAt >= oneWordMs) return false;
  const effects = (await context.ledger()).effects({ vm: vm.id });
  return effects.some(({ point, outcome }) => point === 'create.published' && outcome === 'processed');
};

/**
 * Is there nothing to forget, because no host took the message? All must say so: at once where all rejected it, else once nobody
 * of ours sends it any more. Anybody may post it again, so such a VM is dormant, never terminated.
 */
export const neverAccepted = async (
  context: Pick<ReadContext, 'ledger' | 'clock'>,
  vm: VmRecord,
  words: readonly HostWord[],
): Promise<boolean> => {
  if (words.length === 0 || !words.every(({ status }) => status === 'rejected' || status === 'unknown')) return false;
  if (await wasProcessed(context, vm, words)) return false;
  return words.every(({ status }) => status === 'rejected') || context.clock.now() - vm.signedAt >= dormantHoldMs;
};
