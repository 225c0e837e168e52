import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { HostStatus } from '../../ports/network/messages.ts';
import type { NodeView } from '../../ports/network/nodes.ts';

export interface VmView {
  onNetwork: HostStatus[];
  onNode: NodeView['state'];
  scheduler: string | null;
}

/** Returns what network, node and scheduler say of a VM right now. Their silence is an answer here, never a failure. */
export const vmView = async (context: ReadContext, vm: VmRecord): Promise<VmView> => {
  const cloud = await context.cloud();
  const [onNetwork, node, placement] = await Promise.all([
    cloud.messages.statusOf(vm.id),
    cloud.nodes.nodeView(vm.node, vm.id),
    cloud.nodes.placement(vm.id),
  ]);
  return { onNetwork, onNode: node.state, scheduler: placement.status };
};
