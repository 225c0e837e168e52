import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { withLease } from '../trail/lease.ts';
import { settleRequest, settleSent } from './await-processed.ts';
import { driveCreate } from './drive-create.ts';
import { sendCreate } from './send-create.ts';
import { stillWaiting } from './still-waiting.ts';

/** A CCN host answers a post within about a second; a call that does not wait for its VM gives the network this long to decide. */
const answerMs = 15_000;

/**
 * Sends a VM that this call has just put into the ledger, and returns it once a host took it, without waiting for it to run. Fails as
 * `driveCreate` does where the network rejects the VM or no host got it, and with `STILL_WAITING` where nobody has decided by `deadline`
 * (ms), or within 15 s.
 */
export const firstAnswer = async (
  context: ChangeContext,
  operation: OperationRecord,
  vm: VmRecord,
  deadline: number,
): Promise<VmRecord> => {
  const giveUpAt = Math.min(deadline, context.clock.now() + answerMs);
  const answered = await withLease(context, vm.id, answerMs, () => sendAndHear(context, vm, giveUpAt));
  if (answered === null) throw stillWaiting(vm);
  const over = answered.state === 'dormant' || answered.state === 'stopping' || answered.state === 'terminated';
  return over ? driveCreate(context, operation, deadline, true) : answered;
};

/** Sends the VM and looks until its row says what the hosts make of it; null where they have not decided by `giveUpAt` (ms). */
const sendAndHear = async (context: ChangeContext, vm: VmRecord, giveUpAt: number): Promise<VmRecord | null> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const publication = await sendCreate(context, vm, giveUpAt, true);
  if (publication?.status === 'processed') return ledger.vm(vm.id);
  let row = publication === null ? (ledger.vm(vm.id) ?? vm) : await settleSent(context, vm, publication, true);
  const delays = pollDelays();
  for (;;) {
    if (row.state === 'requested') row = await settleRequest(context, row, await cloud.messages.statusSoon(vm.id));
    if (row.state !== 'requested') return row;
    const left = giveUpAt - context.clock.now();
    if (left <= 0) return null;
    await context.clock.wait(Math.min(delays(), left), context.signal);
  }
};
