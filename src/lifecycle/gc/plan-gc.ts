import { isClaimed } from '../../domain/ledger/adoption-record.ts';
import { type ShownState, shownState } from '../../domain/ledger/ended.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usd, usdPerHour } from '../../domain/money/money.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { isName } from '../../domain/text/names.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Burn } from '../../ports/network/accounts.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { compareWithPolicy } from '../alerts/compare-with-policy.ts';
import { warnRemoving } from '../alerts/removing-alerts.ts';
import { alertUnread } from '../end/end-expired.ts';
import { seeEnded, withEnds } from '../ended/see-ended.ts';
import { dueGrants } from '../grants/end-grants.ts';
import { needsArming } from '../timers/arm-guest.ts';
import { contestedEnd, isDue, longestTtl } from '../timers/expiry.ts';
import { misrecorded } from '../trail/misrecorded.ts';
import { onRecord, readRecord } from '../trail/public-record.ts';
import { lookedAt } from './looked-at.ts';

const dayMs = 24 * 3600_000;

export type GcReason =
  | 'expired'
  | 'ended'
  | 'halfDone'
  | 'interrupted'
  | 'dormantAlive'
  | 'nodeUnconfirmed'
  | 'unreachable'
  | 'recovered'
  | 'startedAgain'
  | 'unknownToLedger'
  | 'unclaimed'
  | 'unarmed'
  | 'misrecorded';

export interface GcItem {
  id: string;
  name: string;
  reason: GcReason;
  state: ShownState | 'unrecorded';
  /**
   * What a VM that the ledger does not know costs per hour, and was billed so far, USD; null for known VMs and where the burn cannot be
   * read.
   */
  usdPerHour: string | null;
  billedUsd: string | null;
}

/**
 * Plans what gc would do, from ledger and network: end expired VMs, go on with half-done teardowns and interrupted creates, catch given-up
 * creates that came alive, put rows right that contradict the network's list, take in VMs of ours that no row knows, look after unreachable
 * VMs. When a VM ends is what was signed and published, whatever its row says. It touches only what ledger, marker or
 * journal prove ours; the account's other VMs are listed as `unclaimed`, with their cost.
 */
export const planGc = async (context: ReadContext, account: string): Promise<GcItem[]> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const [record, removing] = await Promise.all([readRecord(context, account), cloud.accounts.removing(account)]);
  const { listed, journals } = record;
  const now = context.clock.now();
  const scope = { account, network: context.network };
  // Rows that name another account or network are this account's all the same where the network lists their VMs.
  const misplaced = misrecorded(ledger, scope, listed, now).flatMap(({ elsewhere, vm }) => (elsewhere ? [vm] : []));
  const alive = new Set(listed.map(({ id }) => id));
  const all = [
    ...lookedAt(ledger, scope, { endedSince: now - dayMs }, alive).filter(({ id }) => !misplaced.some((vm) => vm.id === id)),
    ...misplaced,
  ];
  const ends = await seeEnded(context, all, alive);
  const recorded = all.filter(({ id }) => !ends.has(id));
  const rows = recorded.map((vm) => onRecord(ledger, vm, record, now));
  await warnRemoving(context, rows, removing);
  for (const { code, message } of await compareWithPolicy(context, account, record)) context.warn(code, message);
  alertUnread(
    context,
    rows.filter((vm) => isPast(vm, now)),
    journals,
  );
  for (const { address, until } of await dueGrants(context, account)) {
    context.warn('GRANT_DUE', `The grant of ${address} ended at ${formatInstant(until)}: gc --execute takes it back.`);
  }
  const maxTtlSeconds = await longestTtl(context, account);
  for (const vm of rows.filter((row) => isPast(row, now))) {
    const contested = contestedEnd(vm, journals, now, maxTtlSeconds);
    if (contested !== null) context.warn('EXPIRY_CONTESTED', contested);
  }
  const isExpired = (vm: VmRecord): boolean => isPast(vm, now) && isDue(vm, journals, now, maxTtlSeconds);
  const known = rows.flatMap((vm, index) => {
    const otherwise = misplaced.includes(recorded[index]!) ? 'misrecorded' : needsArming(ledger, recorded[index]!) ? 'unarmed' : null;
    const reason = reasonFor(vm, alive, now, isExpired) ?? otherwise;
    return reason === null ? [] : [itemOf(vm, reason)];
  });
  const ended = withEnds(all, ends, now).filter(({ id }) => ends.has(id));
  const unknown = listed.filter(({ id }) => !all.some((vm) => vm.id === id));
  const burn = unknown.length === 0 ? null : await cloud.accounts.burn(account).catch(() => null);
  return [...known, ...ended.map((vm) => itemOf(vm, 'ended')), ...unknown.map((vm) => strayItem(vm, isClaimed(vm, journals), burn))];
};

const itemOf = (vm: VmRecord, reason: GcReason): GcItem => ({
  id: vm.id,
  name: vm.name,
  reason,
  state: shownState(vm),
  usdPerHour: null,
  billedUsd: null,
});

const strayItem = ({ id, label }: ListedVm, claimed: boolean, burn: Burn | null): GcItem => {
  const cost = burn?.resources.find((resource) => resource.id === id);
  return {
    id,
    name: label !== null && isName(label) ? label : '',
    reason: claimed ? 'unknownToLedger' : 'unclaimed',
    state: 'unrecorded',
    usdPerHour: cost === undefined ? null : usdPerHour(new Exact(cost.perSecond)),
    billedUsd: cost === undefined ? null : usd(cost.consumed),
  };
};

const isPast = (vm: VmRecord, now: number): boolean =>
  vm.state !== 'requested' && vm.state !== 'stopping' && liveStates.includes(vm.state) && now >= vm.expiresAt;

const reasonFor = (vm: VmRecord, alive: ReadonlySet<string>, now: number, isExpired: (vm: VmRecord) => boolean): GcReason | null => {
  if (vm.state === 'stopping') return 'halfDone';
  if ((vm.state === 'dormant' || vm.state === 'terminated') && alive.has(vm.id)) return 'dormantAlive';
  if (isExpired(vm)) return 'expired';
  if (vm.state === 'requested' || vm.state === 'provisioning') return 'interrupted';
  if (vm.state === 'unreachable') return 'unreachable';
  if (vm.state !== 'terminated' || now - (vm.terminatedAt ?? now) >= dayMs) return null;
  if (vm.receipt?.noLongerListed !== true) return 'nodeUnconfirmed';
  return vm.receipt.forwardsRemoved === false ? 'halfDone' : null;
};
