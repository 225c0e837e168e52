import { Failure, type Fix } from '../../domain/failure/failure.ts';
import { exitCodes } from '../../domain/failure/failure-codes.ts';
import { endedBy } from '../../domain/ledger/ended.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usd, usdPerHour } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { closeOperation } from '../operation/end-operation.ts';
import { keyFor } from '../operation/signer-for.ts';
import { seizeLease, withLease } from '../trail/lease.ts';
import { canEnd } from './can-end.ts';
import { endOffRecord, isUnwritable } from './end-off-record.ts';
import { hasForwards, removeForwards } from './erase-and-unforward.ts';
import { dormantHoldMs, wasProcessed } from './never-accepted.ts';
import { beginTearDown, confirmAbsence, confirmIdentity, tearDown } from './tear-down.ts';

const patienceMs = 90_000;

export interface Destroyed {
  vm: VmRecord;
  /** The VM was `stopping` or gone before this call. */
  already: boolean;
}

/**
 * Destroys one VM and waits for the proof. `DESTROY_INCOMPLETE` (exit 8) when the network has not answered in time that the VM is
 * forgotten: the row stays `stopping` and in the burn, and the same command, `gc --execute` or `ledger reconcile` go on. A ledger that
 * cannot be written keeps no VM alive: see `endOffRecord`. `seizes`: the end waits for no other operation on the VM.
 */
export const destroy = async (
  context: ChangeContext,
  id: string,
  ending: 'destroy' | 'expired',
  { seizes = false }: { seizes?: boolean } = {},
): Promise<Destroyed> => {
  try {
    return await destroyOnRecord(context, id, ending, seizes);
  } catch (thrown) {
    const vm = isUnwritable(thrown) ? (await context.ledger()).vm(id) : null;
    if (vm === null || !isUnwritable(thrown)) throw thrown;
    return { vm: await endOffRecord(context, vm, thrown), already: false };
  }
};

const destroyOnRecord = async (context: ChangeContext, id: string, ending: 'destroy' | 'expired', seizes: boolean): Promise<Destroyed> => {
  const ledger = await context.ledger();
  const found = ledger.vm(id);
  if (found === null) throw new Failure('VM_NOT_FOUND', `There is no VM ${shortId(id)} in the ledger.`);
  if (found.state === 'dormant') return { vm: found, already: true };
  if (found.state === 'terminated') {
    const unlisted = found.receipt?.noLongerListed === true;
    const seen = unlisted ? found : await confirmAbsence(context, found).catch(() => found);
    return { vm: await unforwarded(context, seen), already: true };
  }
  // Fails with `WRONG_ACCOUNT` before the VM is marked: a teardown that this home can never finish must not begin.
  if (found.state !== 'stopping' && !canEnd(context, ledger, found)) keyFor(context, found.account);
  // The row is marked first: a create that is still bringing the VM up stops, and the wish to destroy survives while offline.
  const begun = await mark(context, found, ending);
  const end = async (): Promise<VmRecord> => {
    const current = ledger.vm(id) ?? begun;
    // The lease's holder before this call may have finished the teardown.
    return current.state === 'stopping' ? tearDown(context, current) : current;
  };
  const vm = await (seizes ? seizeLease(context, id, end) : withLease(context, id, patienceMs, end)).catch((problem) => {
    const ours = problem instanceof Failure && problem.code !== 'NOT_OURS' && !isUnwritable(problem);
    throw ours ? incomplete(begun, problem) : problem;
  });
  if (vm.state !== 'terminated' && vm.state !== 'dormant') {
    const taken = vm.receipt?.forgottenBy.length !== 0 || (await wasProcessed(context, vm, []));
    const mayBeOnItsWay = !taken && context.clock.now() < vm.signedAt + dormantHoldMs;
    throw mayBeOnItsWay ? notTaken(vm, context.clock.now()) : incomplete(vm, null);
  }
  // The attempt failed by itself, and its operation went on to the next node before this call could mark it: that successor is destroyed.
  const successor = ledger.vms({ operation: vm.operation, states: liveStates }).find(({ attempt }) => attempt > vm.attempt);
  if (successor !== undefined) return destroy(context, successor.id, ending);
  await closeOperation(context, vm.operation, vm.healthyAt === null ? 'INTERRUPTED' : null);
  if (vm.state === 'terminated' && vm.receipt?.noLongerListed !== true) {
    context.warn('NODE_UNCONFIRMED', `Node ${shortId(vm.node.hash)} has not yet confirmed that VM ${vm.name} is off it; gc asks again.`);
  }
  context.progress.phase('gone', { operation: vm.operation, vm: vm.id, name: vm.name });
  return { vm, already: endedBy(vm) !== null };
};

/** Removes the forwards of a VM that is gone, where they had to be left. */
const unforwarded = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  if (vm.receipt?.forwardsRemoved !== false) return vm;
  const { payer } = await confirmIdentity(context, vm);
  const ours = { ...vm, payer };
  return (await hasForwards(context, ours)) ? removeForwards(context, ours) : ours;
};

/** Marks the VM until the mark stands: a process that brings the VM up may move its row between this call's look and its mark. */
const mark = async (context: ChangeContext, found: VmRecord, ending: 'destroy' | 'expired'): Promise<VmRecord> => {
  const marked = await beginTearDown(context, found, ending);
  const stands = marked.state === 'stopping' || marked.state === 'terminated' || marked.state === 'dormant';
  return stands ? marked : mark(context, marked, ending);
};

const goOn = (vm: VmRecord): Fix => agent('Go on with the teardown.', 'vm destroy', vm.name);

/**
 * Tells whether the failure is about the key (missing or locked): repeating the command mends nothing, so the failure's own fix is shown.
 */
const isOfKey = ({ exit }: Failure): boolean => exit === exitCodes.auth;

/** A VM whose message no host has processed, though it may have left this machine: it costs nothing now, and its hold is released later. */
const notTaken = (vm: VmRecord, now: number): Failure => {
  const releasedAt = vm.signedAt + dormantHoldMs;
  return new Failure(
    'DESTROY_INCOMPLETE',
    `No CCN host has processed VM ${vm.name}, so nothing bills; its order may still be on its way. ${usd(vm.hold)} USD stay held for it until ${formatInstant(releasedAt)}: after that this command, or gc, releases them.`,
    {
      sideEffects: 'partial',
      exposureUsdPerHour: usdPerHour(new Exact(vm.rate)),
      retryAfterSeconds: Math.max(1, Math.ceil((releasedAt - now) / 1000)),
      fix: agent('Make the same call again after retryAfterSeconds.', 'vm destroy', vm.name),
      facts: {
        id: shortId(vm.id),
        name: vm.name,
        state: 'stopping',
        forgottenBy: [],
        heldUsd: usd(vm.hold),
        releasedAt: formatInstant(releasedAt),
      },
    },
  );
};

const incomplete = (vm: VmRecord, problem: Failure | null): Failure =>
  new Failure(
    'DESTROY_INCOMPLETE',
    `VM ${vm.name} is stopping, but the network has not yet answered that it is forgotten${problem === null ? '' : ` (${problem.message})`}.`,
    {
      sideEffects: 'partial',
      exposureUsdPerHour: usdPerHour(new Exact(vm.rate)),
      fix: (problem !== null && isOfKey(problem) ? problem.details.fix : undefined) ?? goOn(vm),
      facts: { id: shortId(vm.id), name: vm.name, state: 'stopping', forgottenBy: vm.receipt?.forgottenBy ?? [] },
      ...(problem === null ? {} : { cause: problem }),
    },
  );
