import { Failure } from '../../domain/failure/failure.ts';
import { type NodeHistory, nodeHistories } from '../../domain/nodes/node-history.ts';
import type { ReadContext } from '../../ports/context.ts';
import { shownTo } from '../caller/callers-rows.ts';

/** What so many VMs lived through tells of the nodes; older ones tell little of what they are now. */
export const remembered = 1_000;

/** Returns our history with each node of this network, by node hash; an agent's own, for what others had there is none of its. Warns and returns none where the ledger cannot be read. */
export const nodeExperience = async (context: ReadContext): Promise<Map<string, NodeHistory>> => {
  try {
    const ledger = await context.ledger();
    // A node that refused to start a VM for want of credits is not to blame.
    const unpaid = (id: string) =>
      ledger.effects({ vm: id }).some(({ point, outcome }) => point === 'create.started' && outcome === 'credits');
    return nodeHistories(ledger.vms({ network: context.network, newest: remembered, ...shownTo(context) }), (row) => unpaid(row.id));
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !thrown.code.startsWith('LEDGER_')) throw thrown;
    context.warn('HISTORY_UNREADABLE', 'The ledger cannot be read, so our own history with the nodes does not count.');
    return new Map();
  }
};
