import { Failure } from '../../domain/failure/failure.ts';
import type { Facts } from '../../domain/ledger/effect-facts.ts';
import { partiesOf } from '../../domain/ledger/signed-text.ts';
import type { TeardownReceipt, VmRecord } from '../../domain/ledger/vm-record.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import type { HostWord } from '../../ports/network/messages.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { auditVm } from '../trail/audit.ts';
import { type Move, moveIn, moveVm } from '../trail/move-vm.ts';
import { billableHold } from './billable-hold.ts';
import { eraseAtNode, removeForwards } from './erase-and-unforward.ts';
import { noteSilentHosts, type SilentFor } from './host-silence.ts';
import { neverAccepted } from './never-accepted.ts';
import { forgottenBy, provenGone, saysAlive } from './proof-of-termination.ts';
import { sendForget } from './send-forget.ts';

const forgetLimitMs = 60_000;
/** `Date` headers have whole seconds and take their way. */
const slackMs = 5_000;

export const emptyReceipt: TeardownReceipt = {
  forgottenBy: [],
  eraseRequested: false,
  nodeAnswer: null,
  disk: 'unknown',
  forwardsRemoved: null,
  noLongerListed: null,
};

/** A failed attempt that somebody destroys, or whose time comes, is marked again, so that no other attempt follows it. null: nothing to mark. */
const ending = (context: Pick<ChangeContext, 'clock'>, vm: VmRecord, why: string): Move<'destroy.begin'> | null => {
  if (vm.state === 'stopping' && vm.ending === 'failed' && (why === 'destroy' || why === 'expired')) {
    return { to: 'stopping', outcome: why, patch: { ending: why } };
  }
  if (vm.state === 'stopping' || vm.state === 'terminated') return null;
  return { to: 'stopping', outcome: why, patch: { ending: why, stoppingAt: context.clock.now(), receipt: emptyReceipt } };
};

/** Marks the VM as on its way out. From here on every command that touches it goes on with the teardown. */
export const beginTearDown = async (
  context: ChangeContext,
  vm: VmRecord,
  why: string,
  facts: Facts['destroy.begin'] = {},
): Promise<VmRecord> => {
  const move = ending(context, vm, why);
  return move === null ? vm : moveVm(context, 'destroy.begin', vm, { ...move, facts });
};

/** The same, in a transaction that holds. */
export const beginIn = (context: Pick<ChangeContext, 'clock'>, transaction: LedgerTransaction, vm: VmRecord, why: string): VmRecord => {
  const move = ending(context, vm, why);
  return move === null ? vm : moveIn(context, transaction, 'destroy.begin', vm, move);
};

/**
 * Takes a `stopping` VM as far as it goes: FORGET first (it ends billing), then erase at the node and the forwards, until two
 * CCN hosts answer for it. Returns the row: `terminated` when proven, `dormant` where no host ever took its message, still
 * `stopping` when the time was not enough.
 * Call it under the VM's lease. Idempotent: every step reads what was done before.
 */
export const tearDown = async (context: ChangeContext, begun: VmRecord): Promise<VmRecord> => {
  const cloud = await context.cloud();
  let vm = await confirmIdentity(context, begun);
  const deadline = context.clock.now() + context.timeoutMs;
  const patience = (): number => Math.min(deadline, context.clock.now() + forgetLimitMs);
  let giveUpAt = patience();
  const delays = pollDelays();
  let erased = false;
  let sent = false;
  let accepted = false;
  for (;;) {
    const words = await cloud.messages.statusOf(vm.id);
    // Once it is processed somewhere the other hosts will hear of it; only a rejected one is followed by another.
    if (saysAlive(words) && !accepted) {
      accepted = (await sendForget(context, vm, words, deadline)) === 'processed';
      // Counted from when it was sent, but never anew for one that nobody takes.
      if (accepted || !sent) giveUpAt = patience();
      sent = true;
    }
    const forgotten = forgottenBy(words);
    if (forgotten.length > 0 && !erased) {
      vm = await eraseAtNode(context, vm, forgotten);
      vm = await removeForwards(context, vm);
      erased = true;
      // How long the node took says nothing of the hosts: they are asked again after it.
      giveUpAt = patience();
    }
    vm = await closeWhenProven(context, vm, words, await noteSilentHosts(context, vm, words));
    if (vm.state === 'terminated') return confirmAbsence(context, vm);
    if (await neverAccepted(context, vm, words)) return makeDormant(context, vm);
    if (context.clock.now() >= giveUpAt || context.signal.aborted) return vm;
    await context.clock.wait(delays(), context.signal);
  }
};

const isOf = ({ account, payer }: VmRecord, { sender, owner }: { sender: string; owner: string }): boolean =>
  sender === account && owner === payer;

/** Re-reads owner and sender before anything destructive; a stranger's VM is never touched (product.md §1 rule 9). */
export const confirmIdentity = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const listed = await (await context.cloud()).messages.vm(vm.id).catch(() => null);
  if (listed === null || isOf(vm, listed)) return vm;
  // Whose it is stands in the bytes whose hash is its id: what we signed ourselves is nobody else's, whatever a host says.
  const signed = (await context.ledger()).signed(vm.id);
  const parties = signed === null ? null : partiesOf(signed);
  if (parties === null || !isOf(vm, parties)) {
    throw new Failure('NOT_OURS', `VM ${shortId(vm.id)} is ${listed.owner}'s on the network, not ${vm.payer}'s as recorded.`, {
      facts: { id: shortId(vm.id) },
    });
  }
  return vm;
};

const makeDormant = (context: ChangeContext, vm: VmRecord): Promise<VmRecord> =>
  moveVm(context, 'reconcile.status', vm, { to: 'dormant', outcome: 'never taken', patch: { hold: 0n }, credits: 0n });

const closeWhenProven = async (
  context: ChangeContext,
  vm: VmRecord,
  words: readonly HostWord[],
  silentFor: SilentFor,
): Promise<VmRecord> => {
  if (forgottenBy(words).length === 0) return vm;
  const cloud = await context.cloud();
  const [placement, skews] = await Promise.all([cloud.nodes.placement(vm.id), cloud.clockSkew()]);
  if (!provenGone(words, placement, silentFor)) return vm;
  const now = context.clock.now();
  const endedAt = endOf(vm, now, skews);
  const receipt = { ...(vm.receipt ?? emptyReceipt), forgottenBy: forgottenBy(words) };
  const hold = billableHold(vm, endedAt);
  return moveVm(context, 'destroy.terminated', vm, {
    to: 'terminated',
    outcome: 'terminated',
    patch: { terminatedAt: endedAt, receipt, hold },
    credits: hold,
    facts: { forgottenBy: receipt.forgottenBy },
    since: vm.stoppingAt ?? now,
  });
};

/** No clock of ours that is behind lets go of what the network bills; no host's word makes it more than the VM was to cost in all. */
const endOf = ({ expiresAt }: VmRecord, now: number, skews: readonly { skewMs: number }[]): number =>
  skews.filter(({ skewMs }) => skewMs < -slackMs).reduce((end, { skewMs }) => Math.max(end, Math.min(expiresAt, now - skewMs)), now);

/** Whether the node still lists a VM that bills no more: a field of the receipt, asked again by gc. */
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
