import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { HostStatus } from '../../ports/network/messages.ts';
import type { NodeView } from '../../ports/network/nodes.ts';
import { forgottenBy } from '../ended/proof-of-termination.ts';
import { type Ends, endsSeen, seeEnded } from '../ended/see-ended.ts';

export interface VmView {
  onNetwork: HostStatus[];
  onNode: NodeView['state'];
  scheduler: string | null;
}

/** Returns what network, node and scheduler say of a VM right now. Their silence is an answer here, never a failure. */
export const vmView = async (context: ReadContext, vm: VmRecord): Promise<VmView> => {
  const cloud = await context.cloud();
  const [onNetwork, node, placement] = await Promise.all([
    cloud.messages.statusSoon(vm.id),
    cloud.nodes.nodeView(vm.node, vm.id),
    cloud.nodes.placement(vm.id),
  ]);
  return { onNetwork, onNode: node.state, scheduler: placement.status };
};

/** Returns the VM's end where the hosts' words in `onNetwork` may be of one; where none of them answered, the end that was seen before. */
export const endIn = async (context: ReadContext, vm: VmRecord, { onNetwork }: VmView): Promise<Ends> => {
  if (onNetwork.every(({ status }) => status === null)) return endsSeen(context, [vm]);
  return forgottenBy(onNetwork).length === 0 ? new Map() : seeEnded(context, [vm], new Set());
};
