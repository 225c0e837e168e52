import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { HostWord } from '../../ports/network/messages.ts';
import { dormantHoldMs, wasProcessed } from '../end/never-accepted.ts';
import { saysAlive } from '../end/proof-of-termination.ts';
import { beginTearDown } from '../end/tear-down.ts';
import { moveVm } from '../trail/move-vm.ts';
import { aboveCeiling, atPrice, warnOfPrice } from './settle-price.ts';

/** A host that has not heard of it may still take it: hosts differ on credits for as long as they differ on the account. */
const undecided = (words: readonly HostWord[]): boolean =>
  words.some(({ status }) => status === null || status === 'pending' || status === 'unknown');

/**
 * Looks at a `requested` VM and moves it on: to `provisioning` once a host processed it at a price within the ceiling, to
 * `dormant` once no host can still make it real by itself. Otherwise it stays. Sends nothing.
 */
export const settleRequest = async (context: ChangeContext, vm: VmRecord, words: readonly HostWord[]): Promise<VmRecord> => {
  if (saysAlive(words)) return acceptProcessed(context, vm);
  const now = context.clock.now();
  const rejected = words.some((word) => word.status === 'rejected');
  if (rejected && !undecided(words)) return makeDormant(context, vm, 'rejected', 0n);
  if (words.every((word) => word.status === 'forgotten' || word.status === 'removed')) return beginTearDown(context, vm, 'rollback');
  // A host that answered `processed` to the post has made it real, however silent all are about it since.
  if (now - vm.signedAt < dormantHoldMs || (!rejected && (await wasProcessed(context, vm, words)))) return vm;
  return makeDormant(context, vm, rejected ? 'rejected' : 'never processed', 0n);
};

const makeDormant = (context: ChangeContext, vm: VmRecord, outcome: string, hold: bigint): Promise<VmRecord> =>
  moveVm(context, 'reconcile.status', vm, { to: 'dormant', outcome, patch: { hold }, credits: hold });

/**
 * After `processed` the network's own price counts: where two hosts agree that it is above the plan's ceiling, the VM is destroyed
 * at once (product.md §1 rule 6). On one host's word it is kept, at that price, and asked again.
 */
const acceptProcessed = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const price = await (await context.cloud()).prices.priceOf(vm.id).catch(() => null);
  const processed = await moveVm(context, 'create.processed', vm, {
    to: 'provisioning',
    outcome: 'processed',
    // What it really costs is held from here on, a little more than planned included.
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
