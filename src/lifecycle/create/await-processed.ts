import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { HostStatus, Publication } from '../../ports/network/messages.ts';
import { dormantHoldMs, wasProcessed } from '../end/never-accepted.ts';
import { beginTearDown } from '../end/tear-down.ts';
import { saysAlive } from '../ended/proof-of-termination.ts';
import { neverSent } from '../operation/never-sent.ts';
import { moveVm } from '../trail/move-vm.ts';
import { aboveCeiling, atPrice, warnOfPrice } from './settle-price.ts';

/**
 * Tells whether a host may still take the message: one that has not heard of it yet, too, because hosts that know different balances of the
 * account decide differently.
 */
const undecided = (statuses: readonly HostStatus[]): boolean =>
  statuses.some(({ status }) => status === null || status === 'pending' || status === 'unknown');

/**
 * Judges a `requested` VM by what the hosts say and moves its row on: to `provisioning` once a host processed the message at a price within
 * the ceiling, to `dormant` once no host can still make the VM real by itself, to `stopping` where all hosts have forgotten it. Otherwise
 * the row stays. Sends nothing.
 */
export const settleRequest = async (context: ChangeContext, vm: VmRecord, statuses: readonly HostStatus[]): Promise<VmRecord> => {
  if (saysAlive(statuses)) return acceptProcessed(context, vm);
  const now = context.clock.now();
  const rejected = statuses.some((one) => one.status === 'rejected');
  if (rejected && !undecided(statuses)) return makeDormant(context, vm, 'rejected');
  if (statuses.every((one) => one.status === 'forgotten' || one.status === 'removed')) return beginTearDown(context, vm, 'rollback');
  // A host that answered `processed` to the post has made the VM real, however silent the hosts are about it since.
  if (now - vm.signedAt < dormantHoldMs || (!rejected && (await wasProcessed(context, vm, statuses)))) return vm;
  return makeDormant(context, vm, rejected ? 'rejected' : 'never processed');
};

/**
 * Judges a `requested` VM by what became of its first post: where no host took a byte of it, or all refused its form, no host can make the
 * VM real, and the row goes to `dormant` at once. Otherwise the row stays. `first` says that no other process can have sent it before.
 */
export const settleSent = async (
  context: ChangeContext,
  vm: VmRecord,
  { status }: Pick<Publication, 'status'>,
  first: boolean,
): Promise<VmRecord> => {
  if (status === 'invalid') return makeDormant(context, vm, 'rejected');
  return status === 'unsent' && first ? makeDormant(context, vm, neverSent) : vm;
};

/** Releases the hold of a VM that no host took. The row stays, because anybody who has the bytes may post them. */
const makeDormant = async (context: ChangeContext, vm: VmRecord, outcome: string): Promise<VmRecord> => {
  const why = outcome === 'rejected' ? await (await context.cloud()).messages.rejectionOf(vm.id) : null;
  const facts = why === null ? {} : { rejection: why.code, reason: why.reason };
  return moveVm(context, 'reconcile.status', vm, { to: 'dormant', outcome, patch: { hold: 0n }, credits: 0n, facts });
};

/**
 * Moves a processed VM to `provisioning`. From here on the network's own price counts: where two hosts agree that it is above the plan's
 * ceiling, the VM is torn down at once (product.md §1 rule 6); on one host's word the VM is kept, held at that price, and the price is
 * asked again.
 */
const acceptProcessed = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const price = await (await context.cloud()).prices.priceOf(vm.id).catch(() => null);
  const processed = await moveVm(context, 'create.processed', vm, {
    to: 'provisioning',
    outcome: 'processed',
    // The hold covers the real price from here on, even one only a little above the plan's.
    patch: { processedAt: context.clock.now(), ...(price?.perSecond.gt(vm.rate) ? atPrice(vm, vm.rate, price) : {}) },
    facts: { priceAgreed: price?.agreed === true, ...(price === null ? {} : { creditsPerSecond: price.perSecond.toFixed() }) },
    since: vm.signedAt,
  });
  context.progress.phase('processed', { operation: vm.operation, vm: vm.id, name: vm.name });
  if (price === null || !aboveCeiling(vm.rate, price)) return processed;
  if (price.agreed) return beginTearDown(context, processed, 'price');
  warnOfPrice(context, vm, price);
  return processed;
};
