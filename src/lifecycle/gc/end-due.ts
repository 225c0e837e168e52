import { knownFailure } from '../../domain/failure/known-failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { endExpired } from '../end/end-expired.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { onTrail } from '../timers/on-trail.ts';
import { readRecord } from '../trail/public-record.ts';
import { sideBySide } from './side-by-side.ts';

/** How long a VM whose end was put off, or did not come about, is left alone, ms: hosts are not asked about it every few seconds. */
const againMs = 30_000;

/** So many VMs of an account end at once: a node that takes its time over the erasing of some keeps no other VM alive. */
const endsAtOnce = 256;

/** What the looks of one network know of each other. */
export interface Ends {
  /** The VMs that an earlier look still ends. */
  underWay: Set<string>;
  /** When each VM that is due and was not ended is looked at again, ms. */
  notBefore: Map<string, number>;
}

/**
 * Ends the VMs of every account whose time is over, by row or by what was signed and published, and does nothing else: no probe, no timer and
 * no other VM is waited for, however many there are. Where none is due the network is not asked. A teardown that does not come to its end is tried
 * again each half minute, whatever the rounds are at.
 */
export const endDue = async (context: ChangeContext, { underWay, notBefore }: Ends): Promise<void> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  const isFree = ({ id }: VmRecord): boolean => !underWay.has(id) && (notBefore.get(id) ?? 0) <= now;
  const isPast = (vm: VmRecord): boolean => Math.min(vm.expiresAt, onTrail(ledger, vm).expiresAt) <= now;
  const isEnding = ({ state, ending }: VmRecord): boolean => state === 'stopping' && ending === 'expired';
  const due = ledger
    .vms({ network: context.network, states: liveStates })
    .filter((vm) => vm.state !== 'requested' && isFree(vm) && (isEnding(vm) || (vm.state !== 'stopping' && isPast(vm))));
  if (due.length === 0) return;
  for (const { id } of due) underWay.add(id);
  /** What lives on is looked at again later. */
  const over = (id: string): void => {
    if (!underWay.delete(id)) return;
    const state = ledger.vm(id)?.state ?? 'terminated';
    if (liveStates.includes(state)) notBefore.set(id, context.clock.now() + againMs);
    else notBefore.delete(id);
  };
  const endOf = async (account: string): Promise<void> => {
    const own = due.filter((vm) => vm.account === account);
    const record = await readRecord(context, account);
    await sideBySide(own, endsAtOnce, ({ id }) =>
      endExpired(context, id, record)
        .catch(knownFailure)
        .finally(() => over(id)),
    );
  };
  try {
    await requireClock(context);
    // what cannot be read of one account keeps no other's VMs alive
    await Promise.all(
      [...new Set(due.map(({ account }) => account))].map((account) =>
        endOf(account)
          .catch(knownFailure)
          .finally(() => {
            for (const vm of due) if (vm.account === account) over(vm.id);
          }),
      ),
    );
  } finally {
    for (const { id } of due) over(id);
  }
};
