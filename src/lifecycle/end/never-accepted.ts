import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { HostStatus } from '../../ports/network/messages.ts';
import { isUnsent } from '../operation/unsent.ts';

/**
 * The hold of a VM that was never processed stays this long after signing, because a host may still make the VM real (product.md §1 rule
 * 1).
 */
export const dormantHoldMs = 15 * 60_000;

/** For this long after signing, one host's answer `processed` to our post outweighs that all hosts now deny the message. */
const oneWordMs = 60 * 60_000;

/**
 * Tells whether the VM is real because a host answered `processed` to our post, however silent the hosts are about it since. From an hour
 * after signing on that one answer no longer counts where all hosts, two or more, deny the message: a host that forgets what it answered
 * would hold the VM's slot and money for ever.
 */
export const wasProcessed = async (
  context: Pick<ReadContext, 'ledger' | 'clock'>,
  vm: VmRecord,
  statuses: readonly HostStatus[],
): Promise<boolean> => {
  if (vm.processedAt !== null) return true;
  const denied = statuses.length >= 2 && statuses.every(({ status }) => status === 'rejected' || status === 'unknown');
  if (denied && context.clock.now() - vm.signedAt >= oneWordMs) return false;
  const effects = (await context.ledger()).effects({ vm: vm.id });
  return effects.some(({ point, outcome }) => point === 'create.published' && outcome === 'processed');
};

/**
 * Tells whether no host took the VM's message, so that there is nothing to forget. All hosts must say so: at once where all rejected it or
 * this ledger proves that it never left, otherwise only after the time in which we still send it. Anybody may post the message again, so such a VM becomes `dormant`, never
 * `terminated`.
 */
export const neverAccepted = async (
  context: Pick<ReadContext, 'ledger' | 'clock'>,
  vm: VmRecord,
  statuses: readonly HostStatus[],
): Promise<boolean> => {
  if (statuses.length === 0 || !statuses.every(({ status }) => status === 'rejected' || status === 'unknown')) return false;
  if (await wasProcessed(context, vm, statuses)) return false;
  if (statuses.every(({ status }) => status === 'rejected') || isUnsent(await context.ledger(), vm)) return true;
  return context.clock.now() - vm.signedAt >= dormantHoldMs;
};
