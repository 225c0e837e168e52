import type { JournalWord } from '../domain/journal.ts';
import { liveStates, type VmRecord } from '../domain/vm-record.ts';
import type { ReadContext } from '../ports/context.ts';
import { needsArming } from './arm-guest.ts';
import { alertUnread, isDue } from './end-expired.ts';

export type GcReason = 'expired' | 'halfDone' | 'interrupted' | 'dormantAlive' | 'nodeUnconfirmed' | 'unknownToLedger' | 'unarmed';

export interface GcItem {
  id: string;
  name: string;
  reason: GcReason;
  state: VmRecord['state'] | 'unrecorded';
}

/**
 * What gc would do, from ledger and network: end what has expired, go on with half-done teardowns and interrupted creates, catch
 * dormant creates that came alive, take in VMs of ours that no row knows, settle costs. Touches only what ledger or marker prove ours.
 */
export const planGc = async (context: ReadContext, account: string): Promise<GcItem[]> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const rows = ledger.vms({ account, network: context.network });
  const [listed, words] = await Promise.all([cloud.listSentBy(account), cloud.journal(account)]);
  const alive = new Set(listed.map(({ id }) => id));
  const now = context.clock.now();
  alertUnread(
    context,
    rows.filter((vm) => isPast(vm, now)),
    words,
  );
  const known = rows.flatMap((vm) => {
    const reason = reasonFor(vm, alive, now, words) ?? (needsArming(ledger, vm) ? 'unarmed' : null);
    return reason === null ? [] : [{ id: vm.id, name: vm.name, reason, state: vm.state }];
  });
  const unknown = listed
    .filter(({ ours, id }) => ours && !rows.some((vm) => vm.id === id))
    .map((vm) => ({ id: vm.id, name: vm.label ?? '', reason: 'unknownToLedger' as const, state: 'unrecorded' as const }));
  return [...known, ...unknown];
};

const isPast = (vm: VmRecord, now: number): boolean =>
  vm.state !== 'requested' && vm.state !== 'stopping' && liveStates.includes(vm.state) && now >= vm.expiresAt;

const reasonFor = (vm: VmRecord, alive: ReadonlySet<string>, now: number, words: readonly JournalWord[]): GcReason | null => {
  if (vm.state === 'stopping') return 'halfDone';
  if ((vm.state === 'dormant' || vm.state === 'terminated') && alive.has(vm.id)) return 'dormantAlive';
  if (isPast(vm, now) && isDue(vm, words, now)) return 'expired';
  if (vm.state === 'requested' || vm.state === 'provisioning') return 'interrupted';
  if (vm.state === 'terminated' && vm.receipt?.noLongerListed !== true && now - (vm.terminatedAt ?? now) < 24 * 3600_000)
    return 'nodeUnconfirmed';
  return null;
};
