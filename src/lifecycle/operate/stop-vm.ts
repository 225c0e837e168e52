import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { nodeLimits } from '../../domain/nodes/node-generation.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { armGuest, disarmGuest } from '../timers/arm-guest.ts';
import { moveVm } from '../trail/move-vm.ts';
import { nodeFacts } from './node-facts.ts';
import { type NodeOperated, operateVm } from './operate-vm.ts';
import { notDone, sendOperation } from './send-operation.ts';

const stopLimitMs = 90_000;

/**
 * Stops a VM on its node. The VM bills on: only a FORGET ends that. Sends nothing where row and node both say stopped; stops it again where
 * a 1.x node has started it by itself. Where the stop fails the row's state stays as it was.
 */
export const stopVm = (context: ChangeContext, id: string): Promise<NodeOperated> =>
  operateVm(context, id, 'stop', ['healthy', 'stopped'], async (vm) => {
    const cloud = await context.cloud();
    const [view, node] = await Promise.all([cloud.nodes.nodeView(vm.node, vm.id), nodeFacts(context, vm)]);
    const aboutNode = { nodeVersion: node.version, note: nodeLimits('stop', node.generation), readySeconds: null };
    const atRest = view.state === 'stopped' || view.state === 'absent';
    if (vm.state === 'stopped' && atRest) return { vm, changed: false, nodeAnswer: null, ...aboutNode };
    await disarmGuest(context, vm);
    // A VM that was not stopped runs on, so its own timer must end it as before.
    const armAgain = async (problem: unknown): Promise<never> => {
      if (vm.state === 'healthy' && !context.signal.aborted) await armGuest(context, vm);
      throw problem;
    };
    const nodeAnswer = await sendOperation(context, vm, 'stop', { timeoutMs: stopLimitMs }).catch(armAgain);
    // A 1.x node answers `absent` after it has dropped the VM: the VM does not run there, which is what was asked.
    const done = nodeAnswer === 'done' || nodeAnswer === 'already' || nodeAnswer === 'absent';
    if (!done) throw await notDone(context, vm, 'stop', nodeAnswer, node).then(armAgain);
    if (!(await hasStopped(context, vm))) throw await notDone(context, vm, 'stop', 'failed', node).then(armAgain);
    const stopped = await moveVm(context, 'operate.moved', vm, { to: 'stopped', outcome: 'stopped', patch: { notifiedAt: null } });
    return { vm: stopped, changed: true, nodeAnswer, ...aboutNode };
  });

/** Waits until the node's own list shows the VM no longer running. A node that does not answer counts as stopped: it has taken the call. */
const hasStopped = async (context: ChangeContext, vm: VmRecord): Promise<boolean> => {
  const cloud = await context.cloud();
  const giveUpAt = context.clock.now() + stopLimitMs;
  const delays = pollDelays();
  for (;;) {
    const { state } = await cloud.nodes.nodeView(vm.node, vm.id);
    if (state !== 'running' && state !== 'preparing') return true;
    if (context.clock.now() >= giveUpAt) return false;
    await context.clock.wait(delays(), context.signal);
  }
};
