import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { HostStatus } from '../../ports/network/messages.ts';
import { forgottenBy, provenGone, saysAlive } from '../ended/proof-of-termination.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { forgetsOf } from '../timers/presign-forgets.ts';
import { neverAccepted } from './never-accepted.ts';

import { havingIt, usableForget } from './send-forget.ts';
import { confirmIdentity, emptyReceipt } from './tear-down.ts';

const limitMs = 60_000;

/** Tells whether the ledger could not be used: where it can still be read, what was signed in it before ends VMs. */
export const isUnwritable = (thrown: unknown): thrown is Failure => thrown instanceof Failure && thrown.code === 'LEDGER_UNREADABLE';

/**
 * Ends a VM where the ledger can be read and not written, for lack of space or permission, with the FORGETs that lie signed in it: nothing
 * new has to be recorded before they leave. Warns that the end is off the record; gc or `ledger reconcile` write it down later. Returns the
 * row as it would be. `DESTROY_INCOMPLETE` where two CCN hosts have not said in time that the VM is gone; `problem`, which is why the ledger
 * cannot be written, where no FORGET lies in it.
 */
export const endOffRecord = async (context: ChangeContext, row: VmRecord, problem: Failure): Promise<VmRecord> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  if (forgetsOf(ledger, row.id).length === 0) throw problem;
  const vm = await confirmIdentity(context, row);
  const giveUpAt = context.clock.now() + Math.min(context.timeoutMs, limitMs);
  const delays = pollDelays();
  let accepted = false;
  for (;;) {
    const statuses = await cloud.messages.statusOf(vm.id);
    if (saysAlive(statuses) && !accepted) accepted = await send(context, vm, statuses, giveUpAt);
    if (provenGone(statuses, await cloud.nodes.placement(vm.id), () => 0)) {
      warn(context, vm, problem);
      return { ...vm, state: 'terminated', receipt: { ...emptyReceipt, forgottenBy: forgottenBy(statuses) } };
    }
    if (await neverAccepted(context, vm, statuses)) return { ...vm, state: 'dormant', hold: 0n };
    if (context.clock.now() >= giveUpAt || context.signal.aborted) break;
    await context.clock.wait(delays(), context.signal);
  }
  warn(context, vm, problem);
  throw new Failure(
    'DESTROY_INCOMPLETE',
    `The FORGET of VM ${vm.name} was sent, and two CCN hosts have not yet said that the VM is gone.`,
    {
      sideEffects: 'partial',
      exposureUsdPerHour: usdPerHour(new Exact(vm.rate)),
      fix: agent('Go on with the teardown.', 'vm destroy', vm.name),
      facts: { id: shortId(vm.id), name: vm.name },
      cause: problem,
    },
  );
};

/** Sends a FORGET of the ledger to the hosts that have the VM, unless one of them knows it; true where one processed it. */
const send = async (context: ChangeContext, vm: VmRecord, statuses: readonly HostStatus[], deadline: number): Promise<boolean> => {
  const stored = await usableForget(context, vm, { statuses, told: new Map() });
  if (stored === null) return false;
  const { status } = await context.effect('destroy.publish', async () =>
    (await context.cloud()).messages.publish(stored.message, {
      timeoutMs: Math.max(1_000, deadline - context.clock.now()),
      signal: context.signal,
      reach: havingIt(statuses),
    }),
  );
  return status === 'processed';
};

const warn = (context: ChangeContext, vm: VmRecord, problem: Failure): void =>
  context.warn(
    'OFF_THE_RECORD',
    `VM ${vm.name} was ended with a FORGET signed at its creation, and the ledger has no row of it: ${problem.message} gc writes it down once the ledger can be written.`,
  );
