import { Failure, type Fix } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { NodeView, OperationAnswer } from '../../ports/network/nodes.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { type Answering, lookForSsh } from '../reach/confirm-host-key.ts';
import { withLease } from '../trail/lease.ts';

const patienceMs = 30_000;

/** The outcome of operating a running or stopped VM. */
export interface NodeOperated {
  vm: VmRecord;
  changed: boolean;
  /** The node's answer; null where it was not asked, or was told to allocate the VM anew. */
  nodeAnswer: OperationAnswer | null;
  nodeVersion: string | null;
  /** What nodes of this generation do and do not do for this operation. */
  note: string;
  /** Seconds from the call to an SSH banner; null where the call waited for none. */
  readySeconds: number | null;
}

/** Does `work` under the VM's lease, with the row as it is then. `VM_NOT_READY` where its state is none of `states`. */
export const operateVm = async (
  context: ChangeContext,
  id: string,
  verb: string,
  states: readonly VmRecord['state'][],
  work: (vm: VmRecord) => Promise<NodeOperated>,
): Promise<NodeOperated> => {
  const ledger = await context.ledger();
  return withLease(context, id, patienceMs, () => {
    const vm = ledger.vm(id);
    if (vm === null) throw new Failure('VM_NOT_FOUND', `There is no VM ${shortId(id)} in the ledger.`);
    if (!states.includes(vm.state)) throw notReady(vm, verb);
    return work(vm);
  });
};

const afterwards = ({ state, name }: VmRecord): Fix => {
  if (state === 'terminated' || state === 'dormant') return agent('It is gone; create another.');
  return agent('Then try again.', state === 'stopped' ? 'vm start' : 'vm wait', name);
};

const notReady = (vm: VmRecord, verb: string): Failure => {
  return new Failure('VM_NOT_READY', `VM ${vm.name} is ${vm.state}; vm ${verb} does not apply to it.`, {
    fix: afterwards(vm),
    facts: { id: shortId(vm.id), name: vm.name, state: vm.state },
  });
};

/**
 * Waits until the node runs the VM and the VM itself answers SSH, by its host key where one is known. `STILL_WAITING` when `deadline` comes
 * first.
 */
export const awaitSsh = async (
  context: ChangeContext,
  vm: VmRecord,
  deadline: number,
): Promise<{ view: NodeView; endpoint: VmRecord['endpoint'] }> => {
  const cloud = await context.cloud();
  const delays = pollDelays();
  for (;;) {
    const view = await cloud.nodes.nodeView(vm.node, vm.id);
    const { endpoint, who } = view.state === 'running' ? await lookForSsh(context, vm, view, false) : nobody;
    if (who === 'itself') return { view, endpoint };
    if (context.clock.now() >= deadline) throw stillWaiting(vm, view, who);
    await context.clock.wait(Math.max(1, Math.min(delays(), deadline - context.clock.now())), context.signal);
  }
};

const nobody: Answering = { endpoint: null, who: 'nobody' };

const stillWaiting = (vm: VmRecord, view: NodeView, who: Answering['who']): Failure => {
  const what =
    who === 'another'
      ? 'does not answer SSH: at the address that its node gives, a machine with another host key does'
      : `does not answer SSH yet; on its node it is ${view.state}. It continues in the background`;
  return new Failure('STILL_WAITING', `VM ${vm.name} ${what}.`, {
    sideEffects: 'partial',
    fix: agent('Go on waiting; nothing is done twice.', 'vm start', vm.name),
    facts: { id: shortId(vm.id), name: vm.name, state: vm.state, onNode: view.state, answers: who },
  });
};
