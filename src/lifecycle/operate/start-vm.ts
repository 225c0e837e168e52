import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { nodeLimits } from '../../domain/nodes/node-generation.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { NodeView, OperationAnswer, StartAnswer } from '../../ports/network/nodes.ts';
import { confirmIdentity } from '../end/tear-down.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { lookForSsh } from '../reach/confirm-host-key.ts';
import { armGuest } from '../timers/arm-guest.ts';
import { auditVm } from '../trail/audit.ts';
import { moveVm } from '../trail/move-vm.ts';
import { type NodeFacts, nodeFacts } from './node-facts.ts';
import { awaitSsh, type NodeOperated, operateVm } from './operate-vm.ts';
import { notDone, sendOperation } from './send-operation.ts';

/** A node answers a notify only when the VM runs; a second notify meanwhile can kill the VM (protocol-crn.md §2.5). */
const notifyLimitMs = 300_000;

/**
 * Starts a stopped VM and waits for SSH: by the node's own start call where it has one, otherwise by telling the node to allocate the VM
 * again. A VM that runs already is only waited for. `STILL_WAITING` at the timeout; repeating the command goes on.
 */
export const startVm = (context: ChangeContext, id: string): Promise<NodeOperated> =>
  operateVm(context, id, 'start', ['stopped', 'healthy', 'unreachable'], async (vm) => {
    const startedAt = context.clock.now();
    const deadline = deadlineOf(context);
    const cloud = await context.cloud();
    const [view, node] = await Promise.all([cloud.nodes.nodeView(vm.node, vm.id), nodeFacts(context, vm)]);
    const aboutNode = { nodeVersion: node.version, note: nodeLimits('start', node.generation) };
    const isUp = vm.state === 'healthy' && view.state === 'running' && (await lookForSsh(context, vm, view, false)).who === 'itself';
    if (isUp) {
      return { vm, changed: false, nodeAnswer: null, readySeconds: null, ...aboutNode };
    }
    const nodeAnswer = await bringBack(context, vm, view, node, deadline);
    const { view: running, endpoint } = await awaitSsh(context, vm, deadline);
    const patch = { endpoint, ipv6: running.ipv6, healthyAt: vm.healthyAt ?? context.clock.now() };
    const readyMs = context.clock.now() - startedAt;
    const started = await moveVm(context, 'operate.moved', vm, { to: 'healthy', outcome: 'healthy', patch, facts: { readyMs } });
    await armGuest(context, started);
    return { vm: started, changed: true, nodeAnswer, readySeconds: Math.round(readyMs / 100) / 10, ...aboutNode };
  });

/** Tells the node to start the VM. Returns the answer of its start call; null where the VM runs already, or was allocated again. */
const bringBack = async (
  context: ChangeContext,
  vm: VmRecord,
  view: NodeView,
  node: NodeFacts,
  deadline: number,
): Promise<OperationAnswer | null> => {
  if (view.state === 'unreachable') throw await notDone(context, vm, 'start', 'unreachable', node);
  if (view.state === 'running' || view.state === 'preparing') return null;
  if (node.generation !== '1.x') {
    const timeoutMs = Math.min(notifyLimitMs, Math.max(1_000, deadline - context.clock.now()));
    const answer = await sendOperation(context, vm, 'start', { timeoutMs });
    if (answer !== 'unsupported' && answer !== 'absent') {
      if (answer === 'refused' || answer === 'failed') throw await notDone(context, vm, 'start', answer, node);
      return answer;
    }
  } else {
    await confirmIdentity(context, vm);
  }
  await allocateAgain(context, vm, deadline);
  return null;
};

const allocateAgain = async (context: ChangeContext, vm: VmRecord, deadline: number): Promise<void> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  // A process notified the node within the last minutes: the VM may be coming up although the node does not list it yet, and a second
  // notify can kill it.
  if (vm.state === 'stopped' && vm.notifiedAt !== null && now - vm.notifiedAt < notifyLimitMs) return;
  ledger.write('operate.begin', (transaction) => {
    const row = transaction.updateVm(vm.id, { notifiedAt: now, updatedAt: now });
    auditVm(context, transaction, 'operate.begin', row, { outcome: 'notify', facts: { node: shortId(vm.node.hash) } });
  });
  const timeoutMs = Math.min(notifyLimitMs, Math.max(1_000, deadline - now));
  const answer = await context.effect('operate.send', async () => (await context.cloud()).nodes.startOnNode(vm.node, vm.id, timeoutMs));
  ledger.write('operate.answered', (transaction) =>
    auditVm(context, transaction, 'operate.answered', vm, {
      outcome: answer,
      latencyMs: context.clock.now() - now,
      facts: { operation: 'notify' },
    }),
  );
  const problem = hopeless(vm, answer);
  if (problem === null) return;
  ledger.write('operate.moved', (transaction) => transaction.updateVm(vm.id, { notifiedAt: null }));
  throw problem;
};

/** Returns the failure for answers that no waiting mends; null after any other answer, when the VM may start all the same. */
const hopeless = (vm: VmRecord, answer: StartAnswer): Failure | null => {
  const facts = { id: shortId(vm.id), name: vm.name, state: vm.state, nodeAnswer: answer };
  const crn = `Node ${shortId(vm.node.hash)}`;
  const replace = agent('It bills on while it is stopped; destroy it and create another.', 'vm destroy', vm.name);
  if (answer === 'credits') return new Failure('CREDITS_SHORT', `${crn} does not start VM ${vm.name} for want of credits.`, { facts });
  if (answer === 'full') return new Failure('NODE_UNAVAILABLE', `${crn} has no room for VM ${vm.name} now.`, { facts, fix: replace });
  if (answer === 'elsewhere')
    return new Failure('NODE_REFUSED', `${crn} says that VM ${vm.name} belongs on another node.`, { facts, fix: replace });
  if (answer === 'governed') {
    return new Failure('NODE_REFUSED', `${crn} leaves starting to the network's scheduler; VM ${vm.name} cannot be started by its owner.`, {
      facts,
      fix: replace,
    });
  }
  return null;
};
