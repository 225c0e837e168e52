import { rescueSum } from '../../domain/burn/rescue.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { usd } from '../../domain/money/money.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';

/** The network removes a VM within a day after it marked it, and does not say when (protocol-ccn.md §5.8). */
const graceMs = 24 * 3600_000;
const keepMs = 2 * graceMs;

export interface Removal {
  vm: VmRecord;
  message: string;
}

/**
 * Returns the live VMs that the network is about to remove for want of credits, with the sum that saves each and the latest time for it.
 * `ids` are the VMs marked for removal; null where the network did not answer.
 */
export const removingAlerts = async (context: ReadContext, vms: readonly VmRecord[], ids: readonly string[] | null): Promise<Removal[]> => {
  if (ids === null) return [];
  const removing = new Set(ids);
  const live = vms.filter(({ state }) => liveStates.includes(state));
  for (const vm of live.filter(({ id }) => !removing.has(id))) forget(context, vm);
  const doomed = live.filter(({ id }) => removing.has(id));
  const sums = new Map<string, bigint | null>();
  for (const { payer } of doomed) if (!sums.has(payer)) sums.set(payer, await sumFor(context, payer));
  return doomed.map((vm) => ({
    vm,
    message: `VM ${vm.name} is about to be removed, with its disk, for want of credits: at any time, at the latest ${formatInstant(seenSince(context, vm) + graceMs)}. ${saving(sums.get(vm.payer) ?? null, vm.payer)}`,
  }));
};

/** Warns the caller of these removals. */
export const warnRemoving = async (context: ReadContext, vms: readonly VmRecord[], ids: readonly string[] | null): Promise<void> => {
  for (const { message } of await removingAlerts(context, vms, ids)) context.warn('REMOVING', message);
};

const saving = (sum: bigint | null, payer: string): string => {
  if (sum === null) return `More credits in ${payer} save it.`;
  return sum === 0n
    ? 'Enough is there again; the network keeps it when it looks within the hour.'
    : `${usd(sum)} USD more in ${payer} save it.`;
};

const sumFor = async (context: ReadContext, payer: string): Promise<bigint | null> => {
  try {
    const [cloud, ledger] = await Promise.all([context.cloud(), context.ledger()]);
    const [balance, burn] = await Promise.all([cloud.accounts.balance(payer), cloud.accounts.burn(payer)]);
    const rows = ledger.vms({ network: context.network }).filter((vm) => vm.payer === payer);
    return rescueSum(rows, { balance, burn }, context.clock.now());
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.code === 'INTERRUPTED') throw problem;
    return null;
  }
};

const keyOf = ({ network, id }: VmRecord): string => `removing:${network}:${id}`;

/** Returns since when this home knows of the removal (ms), because the network does not say. */
const seenSince = ({ cache, clock }: ReadContext, vm: VmRecord): number => {
  const kept = cache.read(keyOf(vm), keepMs)?.value;
  if (typeof kept === 'number') return kept;
  const now = clock.now();
  cache.write(keyOf(vm), now);
  return now;
};

const forget = ({ cache }: ReadContext, vm: VmRecord): void => {
  if (typeof cache.read(keyOf(vm), keepMs)?.value === 'number') cache.write(keyOf(vm), null);
};
