import { Failure } from '../../domain/failure/failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import type { NodeView } from '../../ports/network/nodes.ts';
import { accountInUse } from '../operation/account-in-use.ts';

/** How long details may keep a list waiting. */
const detailLimitMs = 2_000;

export interface SeenVm {
  vm: VmRecord;
  /** The network lists it alive; null: not asked, or no answer. */
  onNetwork: boolean | null;
  /** The node's word; null: not asked, or no answer in time. */
  onNode: NodeView['state'] | null;
  /** The network is about to remove it for want of credits; null: not asked. */
  removing: boolean | null;
  /** What stands here is the ledger's word alone. */
  stale: boolean;
}

export interface SeenVms {
  rows: SeenVm[];
  /** Live on the network with our marker, unknown to the ledger. */
  strays: ListedVm[];
}

/** Ledger, network and nodes joined: one round to the network, then all nodes at once, none waited for longer than two seconds. */
export const seeVms = async (context: ReadContext, vms: readonly VmRecord[], offline: boolean): Promise<SeenVms> => {
  const cloud = offline ? null : await orNull(context.cloud());
  if (cloud === null) return { rows: vms.map(unseen), strays: [] };
  // Of the account in use also without a row: a lost ledger must not look like nothing.
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
  const rows = vms.map((vm, index): SeenVm => {
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
  const strays = lists.flatMap((list) => list ?? []).filter(({ ours, id }) => ours && ledger.vm(id) === null);
  return { rows, strays };
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
