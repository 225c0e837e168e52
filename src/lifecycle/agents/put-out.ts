import type { AgentRecord } from '../../domain/agents/agent-record.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { voidAll } from '../approvals/void-approvals.ts';
import { familysVms } from '../children/childrens-vms.ts';
import { familyOf } from '../policy/slice-in-force.ts';
import { setAgent } from './invite.ts';
import { requiredAgent } from './required-agent.ts';

export interface PutOut {
  row: AgentRecord;
  changed: boolean;
  /** How many approvals and envelopes of the agent were voided. */
  voided: number;
  /** Its VMs that live; they run to their expiry. */
  live: VmRecord[];
}

/**
 * Puts an agent out at once, for good (`revoked`) or until a person resumes it (`suspended`): from this transaction on nothing is held, sent
 * or tried on another node for it, and its token counts no more once it is revoked. What it was granted is void. Anybody on the owner's side
 * may.
 */
export const putOut = async (context: ChangeContext, name: string, how: 'suspended' | 'revoked'): Promise<PutOut> => {
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  return ledger.write('agents.set', (transaction) => {
    const before = requiredAgent(transaction, context, account, name);
    // children are out with their parent, and their VMs run to their expiry as well
    const scope = { network: context.network, account };
    const live = familysVms(transaction, scope, name, { states: liveStates });
    const already = before.revokedAt !== null || (how === 'suspended' && before.suspendedAt !== null);
    if (already) return { row: before, changed: false, voided: 0, live };
    const now = context.clock.now();
    const row: AgentRecord =
      how === 'suspended'
        ? { ...before, suspendedAt: now }
        : { ...before, revokedAt: now, token: null, invitation: null, invitedUntil: null };
    setAgent(context, transaction, row, how);
    const voided = voidAll(context, transaction, { ...scope, agents: familyOf(transaction, scope, name) });
    return { row, changed: true, voided, live };
  });
};

/**
 * Suspends every agent of an account, in a transaction that the caller holds open: a ledger that is taken over or restored may be one that an
 * agent has had in its hands, or an old one. A person resumes each.
 */
export const suspendAll = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  { account, network }: { account: string; network: string },
): void => {
  for (const row of transaction.agents({ account, network })) {
    if (row.revokedAt !== null || row.suspendedAt !== null) continue;
    setAgent(context, transaction, { ...row, suspendedAt: context.clock.now() }, 'suspended');
  }
};
