import { Exact } from '../domain/exact.ts';
import { creditsOver } from '../domain/money.ts';
import type { VmRecord } from '../domain/vm-record.ts';
import type { HostWord } from '../ports/cloud.ts';
import type { ChangeContext } from '../ports/context.ts';
import { moveVm } from './move-vm.ts';
import { dormantHoldMs, wasProcessed } from './never-taken.ts';
import { saysAlive } from './proof.ts';
import { beginTearDown } from './tear-down.ts';

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
  if (now - vm.signedAt < dormantHoldMs || (!rejected && (await wasProcessed(context, vm)))) return vm;
  return makeDormant(context, vm, rejected ? 'rejected' : 'never processed', 0n);
};

const makeDormant = (context: ChangeContext, vm: VmRecord, outcome: string, hold: bigint): Promise<VmRecord> =>
  moveVm(context, 'reconcile.status', vm, { to: 'dormant', outcome, patch: { hold }, credits: hold });

/** After `processed` the network's own price counts; above the plan's ceiling the VM is destroyed at once (rule 6). */
const acceptProcessed = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const price = await (await context.cloud()).priceOf(vm.id).catch(() => null);
  // What it really costs is held from here on, a little more than planned included.
  const wholeSeconds = new Exact(vm.expiresAt - vm.signedAt).div(1000);
  const dearer = price?.gt(vm.rate) ? { rate: new Exact(price).toFixed(18), hold: creditsOver(new Exact(price), wholeSeconds) } : {};
  const processed = await moveVm(context, 'create.processed', vm, {
    to: 'provisioning',
    outcome: 'processed',
    patch: { processedAt: context.clock.now(), ...dearer },
    facts: price === null ? {} : { creditsPerSecond: price.toFixed() },
    since: vm.signedAt,
  });
  context.progress.phase('processed', { operation: vm.operation, vm: vm.id, name: vm.name });
  const tooDear = price?.gt(new Exact(vm.rate).times('1.02')) ?? false;
  return tooDear ? beginTearDown(context, processed, 'price') : processed;
};
