import { Failure } from '../../domain/failure/failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import type { NodeView } from '../../ports/network/nodes.ts';
import { isShownTo } from '../caller/callers-rows.ts';
import { type Ends, endsSeen, seeEnded, withEnds } from '../ended/see-ended.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { type Misrecorded, misrecorded } from '../trail/misrecorded.ts';

/** How long a list waits for a node's answer. */
const detailLimitMs = 2_000;

export interface SeenVm {
  vm: VmRecord;
  /** Whether the network lists the VM alive; null: not asked, or no answer. */
  onNetwork: boolean | null;
  /** The VM's state by its node; null: not asked, or no answer in time. */
  onNode: NodeView['state'] | null;
  /** Whether the network is about to remove the VM for want of credits; null: not asked, or no answer. */
  removing: boolean | null;
  /** true: nothing but the ledger vouches for this row. */
  stale: boolean;
}

export interface SeenVms {
  rows: SeenVm[];
  /** VMs with our marker that are live on the network and unknown to the ledger. */
  strays: ListedVm[];
  /** VMs of ours that are live on the network although their rows say otherwise. */
  misrecorded: Misrecorded[];
  /** Every VM that ended by itself and of which no command has put the end on record. */
  ends: Ends;
}

/**
 * Joins ledger, network and nodes for `vms`: asks the network once, and all nodes at once, none for longer than two seconds. `up`: the
 * VMs, shown or not, that may have ended by themselves.
 */
export const seeVms = async (
  context: ReadContext,
  { vms, up, offline }: { vms: readonly VmRecord[]; up: readonly VmRecord[]; offline: boolean },
): Promise<SeenVms> => {
  const cloud = offline ? null : await orNull(context.cloud());
  const now = context.clock.now();
  if (cloud === null) {
    const seen = endsSeen(context, up);
    return { rows: withEnds(vms, seen, now).map(unseen), strays: [], misrecorded: [], ends: seen };
  }
  // The account in use is asked for even without a row: after a lost ledger the list must not look empty.
  const inUse = accountInUse(context);
  const accounts = [...new Set([...vms.map(({ account }) => account), ...(inUse === null ? [] : [inUse])])];
  const [lists, removing, views] = await Promise.all([
    Promise.all(accounts.map((account) => orNull(cloud.messages.listSentBy(account)))),
    Promise.all(accounts.map((account) => cloud.accounts.removing(account))),
    Promise.all(
      vms.map((vm) => (liveStates.includes(vm.state) ? within(context, cloud.nodes.nodeView(vm.node, vm.id)) : Promise.resolve(null))),
    ),
  ]);
  const ledger = await context.ledger();
  const listed = new Set(lists.flatMap((list) => list ?? []).map(({ id }) => id));
  // Where a list is missing, a VM that is not in the others proves nothing, and the last word that was had stays.
  const ends = lists.includes(null) ? endsSeen(context, up) : await seeEnded(context, up, listed);
  const rows = withEnds(vms, ends, now).map((vm, index): SeenVm => {
    const list = lists[accounts.indexOf(vm.account)] ?? null;
    const view = views[index] ?? null;
    const onNode = view === null || view.state === 'unreachable' ? null : view.state;
    return {
      vm,
      onNetwork: list === null ? null : list.some(({ id }) => id === vm.id),
      onNode,
      removing: removing[accounts.indexOf(vm.account)]?.includes(vm.id) ?? null,
      stale: list === null || (liveStates.includes(vm.state) && onNode === null),
    };
  });
  // VMs that no row explains are the owner's to take in
  const unknown = context.caller.agent === null ? lists.flatMap((list) => list ?? []) : [];
  const strays = unknown.filter(({ ours, id }) => ours && ledger.vm(id) === null);
  const { network } = context;
  const found = accounts.flatMap((account, index) => misrecorded(ledger, { account, network }, lists[index] ?? [], now));
  return { rows, strays, misrecorded: found.filter(({ vm }) => isShownTo(vm, context)), ends };
};

const unseen = (vm: VmRecord): SeenVm => ({ vm, onNetwork: null, onNode: null, removing: null, stale: true });

const orNull = <Value>(reading: Promise<Value>): Promise<Value | null> =>
  reading.catch((problem: unknown) => {
    if (problem instanceof Failure) return null;
    throw problem;
  });

const within = async <Value>(context: ReadContext, reading: Promise<Value>): Promise<Value | null> => {
  const over = new AbortController();
  const limit = context.clock.wait(detailLimitMs, AbortSignal.any([over.signal, context.signal])).then(
    () => null,
    () => null,
  );
  try {
    return await Promise.race([orNull(reading), limit]);
  } finally {
    over.abort();
  }
};
