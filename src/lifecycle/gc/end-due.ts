import { knownFailure } from '../../domain/failure/known-failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { endExpired } from '../end/end-expired.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { onTrail } from '../timers/on-trail.ts';
import { readRecord } from '../trail/public-record.ts';
import { sideBySide, vmsAtOnce } from './side-by-side.ts';

/**
 * Ends the VMs of every account whose time is over, by row or by what was signed and published, and does nothing else: no probe, no timer and
 * no other VM is waited for. `underWay` has the VMs that an earlier look still ends. Where none is due the network is not asked. A VM whose
 * teardown did not come to its end is left to the rounds.
 */
export const endDue = async (context: ChangeContext, underWay: Set<string>): Promise<void> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  const runs = ({ id, state }: VmRecord): boolean => state !== 'requested' && state !== 'stopping' && !underWay.has(id);
  const isPast = (vm: VmRecord): boolean => Math.min(vm.expiresAt, onTrail(ledger, vm).expiresAt) <= now;
  const due = ledger.vms({ network: context.network, states: liveStates }).filter((vm) => runs(vm) && isPast(vm));
  if (due.length === 0) return;
  for (const { id } of due) underWay.add(id);
  const endOf = async (account: string): Promise<void> => {
    const record = await readRecord(context, account);
    const own = due.filter((vm) => vm.account === account);
    await sideBySide(own, vmsAtOnce, ({ id }) => endExpired(context, id, record).catch(knownFailure));
  };
  try {
    await requireClock(context);
    // what cannot be read of one account keeps no other's VMs alive
    await Promise.all([...new Set(due.map(({ account }) => account))].map((account) => endOf(account).catch(knownFailure)));
  } finally {
    for (const { id } of due) underWay.delete(id);
  }
};
