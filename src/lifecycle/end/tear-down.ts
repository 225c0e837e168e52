import { Failure } from '../../domain/failure/failure.ts';
import type { Facts } from '../../domain/ledger/effect-facts.ts';
import type { Ended } from '../../domain/ledger/ended.ts';
import { partiesOf } from '../../domain/ledger/signed-text.ts';
import type { TeardownReceipt, VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import type { HostStatus } from '../../ports/network/messages.ts';
import type { Placement } from '../../ports/network/nodes.ts';
import { howEnded } from '../ended/how-ended.ts';
import { forgottenBy, provenGone, saysAlive } from '../ended/proof-of-termination.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { beyondGrant } from '../timers/beyond-grant.ts';
import { forgetsOf } from '../timers/presign-forgets.ts';
import { auditVm } from '../trail/audit.ts';
import { type Move, moveIn, moveVm } from '../trail/move-vm.ts';
import { billableHold } from './billable-hold.ts';
import { eraseAtNode, hasForwards, removeForwards } from './erase-and-unforward.ts';
import { noteSilentHosts, type SilentFor } from './host-silence.ts';
import { neverAccepted } from './never-accepted.ts';
import { type Look, sendForget } from './send-forget.ts';

const forgetLimitMs = 60_000;
/** Hosts pass messages on within seconds: a message that none of them knows for this long is not waited for, but looked for again later. */
const deniedMs = 5_000;
/** Tolerance for clock differences: `Date` headers have whole seconds, and an answer takes time to arrive. */
const slackMs = 5_000;

interface Skew {
  skewMs: number;
}

/** What the scheduler says where it is not asked. */
const nowhere: Placement = { status: null, node: null, answered: false };

export const emptyReceipt: TeardownReceipt = {
  forgottenBy: [],
  eraseRequested: false,
  nodeAnswer: null,
  disk: 'unknown',
  forwardsRemoved: null,
  noLongerListed: null,
};

/**
 * Returns the move that marks a VM `stopping`; null where it is marked already. A failed attempt that a person destroys, or that expires,
 * is marked again with that reason, so that no other attempt follows it.
 */
const ending = (context: Pick<ChangeContext, 'clock'>, vm: VmRecord, why: string): Move<'destroy.begin'> | null => {
  if (vm.state === 'stopping' && vm.ending === 'failed' && (why === 'destroy' || why === 'expired')) {
    return { to: 'stopping', outcome: why, patch: { ending: why } };
  }
  if (vm.state === 'stopping' || vm.state === 'terminated') return null;
  return { to: 'stopping', outcome: why, patch: { ending: why, stoppingAt: context.clock.now(), receipt: emptyReceipt } };
};

/** Marks the VM `stopping`. From here on every command that touches it goes on with the teardown. */
export const beginTearDown = async (
  context: ChangeContext,
  vm: VmRecord,
  why: string,
  facts: Facts['destroy.begin'] = {},
): Promise<VmRecord> => {
  const move = ending(context, vm, why);
  return move === null ? vm : moveVm(context, 'destroy.begin', vm, { ...move, facts });
};

/** Marks the VM `stopping` in a transaction that the caller holds open. */
export const beginIn = (context: Pick<ChangeContext, 'clock'>, transaction: LedgerTransaction, vm: VmRecord, why: string): VmRecord => {
  const move = ending(context, vm, why);
  return move === null ? vm : moveIn(context, transaction, 'destroy.begin', vm, move);
};

/**
 * Takes a `stopping` VM as far as it goes: sends the FORGET first (it ends billing), then erases at the node and removes the forwards,
 * until two CCN hosts say that the VM is gone. Returns the row: `terminated` when proven, `dormant` where no host ever took the message,
 * still `stopping` when the time was not enough. Call it under the VM's lease. Idempotent: every step reads what was done before.
 */
export const tearDown = async (context: ChangeContext, begun: VmRecord): Promise<VmRecord> => {
  const cloud = await context.cloud();
  let vm = await confirmIdentity(context, begun);
  const { payer } = vm;
  const deadline = deadlineOf(context);
  const patience = (): number => Math.min(deadline, context.clock.now() + forgetLimitMs);
  let giveUpAt = patience();
  let deniedUntil = context.clock.now() + deniedMs;
  const delays = pollDelays();
  let [looked, erased, sent, accepted] = [false, false, false, false];
  let skews: readonly Skew[] = [];
  let skewsAt = Number.NEGATIVE_INFINITY;
  const enough = Math.min(2, cloud.hosts.length);
  for (;;) {
    // when the VM ended, and so what it costs at most, is told by the hosts' time
    const known = skews.length >= enough && context.clock.now() - skewsAt < skewsKeptMs;
    if (!known) skewsAt = context.clock.now();
    const [look, beyond, heard] = await Promise.all([
      lookAt(context, vm, !looked),
      sent ? null : beyondGrant(context, vm, [vm.id]),
      known ? skews : cloud.clockSkew(),
      looked ? null : prepared(context, vm),
    ]);
    const { statuses } = look;
    [looked, skews] = [true, heard];
    if (saysAlive(statuses) && beyond?.includes(vm.id)) throw outOfReach(vm);
    // One host that processed the FORGET passes it on to the others; another FORGET is sent only as long as none has.
    if (saysAlive(statuses) && !accepted) {
      accepted = (await sendForget(context, vm, look, deadline)) === 'processed';
      // The hosts get their time from the sending of the FORGET on, and no more of it for further FORGETs that no host takes.
      if (accepted || !sent) giveUpAt = patience();
      sent = true;
      if (accepted) continue;
    }
    const forgotten = forgottenBy(statuses);
    if (forgotten.length > 0 && !erased) {
      const forwarded = hasForwards(context, { ...vm, payer });
      vm = await eraseAtNode(context, vm, forgotten);
      // The row that comes back may name another payer than was signed.
      vm = { ...((await forwarded) ? await removeForwards(context, { ...vm, payer }) : vm), payer };
      erased = true;
      // The node's slowness says nothing about the CCN hosts, so they get their full time after it.
      giveUpAt = patience();
      if (!provenGone(statuses, nowhere, () => 0)) continue;
    }
    vm = await closeWhenProven(context, vm, { statuses, skews, silentFor: await noteSilentHosts(context, vm, statuses) });
    if (vm.state === 'terminated') return confirmAbsence(context, vm);
    if (await neverAccepted(context, vm, statuses)) return makeDormant(context, vm);
    if (!statuses.every(({ status }) => status === 'unknown')) deniedUntil = context.clock.now() + deniedMs;
    if (context.clock.now() >= Math.min(giveUpAt, deniedUntil) || context.signal.aborted) return vm;
    await context.clock.wait(delays(), context.signal);
  }
};

/** A clock may be set while a teardown goes on. */
const skewsKeptMs = 30_000;

/** Asks all hosts about the VM, and with the first look about the FORGET of the ledger that is the first to be thought of. */
const lookAt = async (context: ChangeContext, { id }: VmRecord, isFirst: boolean): Promise<Look> => {
  const [{ messages }, ledger] = await Promise.all([context.cloud(), context.ledger()]);
  const newest = isFirst ? forgetsOf(ledger, id).at(-1) : undefined;
  const [statuses, told] = await Promise.all([messages.statusOf(id), newest === undefined ? [] : messages.statusOf(newest.id)]);
  return { statuses, told: new Map(newest === undefined ? [] : [[newest.id, told]]) };
};

/** Loads what a new FORGET is signed with, where its key is here. Where that cannot be, a stored FORGET needs none of it. */
const prepared = async (context: ChangeContext, { account, network }: VmRecord): Promise<void> => {
  if (!context.keys.list().some((key) => key.address === account && key.network === network)) return;
  await (await context.cloud()).signing.prepare().catch(() => {});
};

/**
 * Reads owner and sender of the VM again before anything destructive, and returns the VM with the payer that it was signed for, whatever its row
 * says. `NOT_OURS` where a stranger sent it: such a VM is never touched (product.md §1 rule 9).
 */
export const confirmIdentity = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const signed = (await context.ledger()).signed(vm.id);
  // The item hash is the hash of the signed bytes, and they name who pays: a VM whose bytes we signed is ours, whatever a host says.
  const stored = signed === null ? null : partiesOf(signed);
  const listed = stored === null ? await (await context.cloud()).messages.vm(vm.id).catch(() => null) : null;
  const parties = stored ?? listed;
  if (parties === null) return vm;
  // Of what is gone a host has no content any more that would prove who paid.
  const proven = stored !== null || (listed?.status !== 'forgotten' && listed?.status !== 'removed');
  if (parties.sender === vm.account) return proven && parties.owner !== null ? { ...vm, payer: parties.owner } : vm;
  throw new Failure('NOT_OURS', `VM ${shortId(vm.id)} was sent by ${parties.sender}, not by ${vm.account} as recorded.`, {
    facts: { id: shortId(vm.id) },
  });
};

/** The network takes no FORGET of a delegate whose grant is gone, those signed before included (protocol-ccn.md §4.2). */
const outOfReach = ({ id, name, account, payer, rate }: VmRecord): Failure =>
  new Failure('GRANT_MISSING', `${payer} has taken its grant back: VM ${name} costs it on, and nobody but its owner can end the VM.`, {
    sideEffects: 'none',
    exposureUsdPerHour: usdPerHour(new Exact(rate)),
    fix: human(`Tell the owner of ${payer}, who ends it there: ${commandLine('authz revoke', account, { destroyVms: true })}.`),
    facts: { id: shortId(id), name, payer },
  });

const makeDormant = (context: ChangeContext, vm: VmRecord): Promise<VmRecord> =>
  moveVm(context, 'reconcile.status', vm, { to: 'dormant', outcome: 'never taken', patch: { hold: 0n }, credits: 0n });

const closeWhenProven = async (
  context: ChangeContext,
  vm: VmRecord,
  { statuses, skews, silentFor }: { statuses: readonly HostStatus[]; skews: readonly Skew[]; silentFor: SilentFor },
): Promise<VmRecord> => {
  const told = forgottenBy(statuses).length;
  if (told === 0) return vm;
  // The scheduler's word counts only beside that of a single host.
  const placement = told === 1 ? await (await context.cloud()).nodes.placement(vm.id) : nowhere;
  if (!provenGone(statuses, placement, silentFor)) return vm;
  const now = context.clock.now();
  const end = await endedByItself(context, vm);
  const endedAt = Math.min(endOf(vm, now, skews), end?.at ?? Number.POSITIVE_INFINITY);
  const receipt = { ...(vm.receipt ?? emptyReceipt), forgottenBy: forgottenBy(statuses) };
  const hold = billableHold(vm, endedAt);
  return moveVm(context, 'destroy.terminated', vm, {
    to: 'terminated',
    outcome: end === null ? 'terminated' : 'ended',
    patch: { terminatedAt: endedAt, receipt, hold, ...(end === null ? {} : { ending: end.by }) },
    credits: hold,
    facts: { forgottenBy: receipt.forgottenBy, ...(end === null ? {} : { by: end.by }) },
    since: vm.stoppingAt ?? now,
  });
};

/**
 * Returns who ended a VM for which this ledger never sent a FORGET, and when; null for any other. An attempt of a create that still runs
 * keeps the reason for which it was given up, because that decides whether the next node is tried.
 */
const endedByItself = async (context: ChangeContext, vm: VmRecord): Promise<Ended | null> => {
  const ledger = await context.ledger();
  const sent = ledger.effects({ vm: vm.id, point: 'destroy.published', limit: 1 }).length > 0;
  return sent || ledger.operation(vm.operation)?.state === 'running' ? null : howEnded(context, vm);
};

/**
 * Returns the VM's end (ms) for its bill: the latest of our clock and the hosts' clocks, so that a local clock that is behind releases no
 * credits that the network bills. A time that two hosts have reached counts whole, for a VM may have outlived its expiry; one host's word
 * counts only up to the expiry, so that a host alone cannot raise the bill above the planned total.
 */
const endOf = ({ expiresAt }: VmRecord, now: number, skews: readonly Skew[]): number => {
  const ahead = skews.filter(({ skewMs }) => skewMs < -slackMs).map(({ skewMs }) => now - skewMs);
  const [latest = now, agreed = now] = ahead.sort((a, b) => b - a);
  return Math.max(now, agreed, Math.min(expiresAt, latest));
};

/** Asks whether the node still lists a VM that bills no more, and writes the answer into the receipt; for a day gc asks again. */
export const confirmAbsence = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const view = await (await context.cloud()).nodes.nodeView(vm.node, vm.id);
  const noLongerListed = view.state === 'unreachable' ? null : view.state === 'absent' || view.state === 'stopped';
  const receipt = { ...(vm.receipt ?? emptyReceipt), noLongerListed };
  const ledger = await context.ledger();
  return ledger.write('destroy.receipt', (transaction) => {
    const row = transaction.updateVm(vm.id, { receipt, updatedAt: context.clock.now() });
    auditVm(context, transaction, 'destroy.receipt', row, { outcome: noLongerListed === true ? 'gone' : 'listed' });
    return row;
  });
};
