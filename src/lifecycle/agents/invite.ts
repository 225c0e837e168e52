import { type Invitation, invitationMs, type SafeAddress, secretHash } from '../../domain/agents/invitation.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { voidAll } from '../approvals/void-approvals.ts';
import { auditAccount } from '../trail/audit.ts';

/** The row and the trail's word for it, in one transaction. */
export const setAgent = (
  context: Pick<ChangeContext, 'clock' | 'caller' | 'network'>,
  transaction: LedgerTransaction,
  row: Parameters<LedgerTransaction['putAgent']>[0],
  outcome: 'invited' | 'joined' | 'joined twice' | 'suspended' | 'resumed' | 'revoked' | 'uninvited',
): void => {
  transaction.putAgent(row);
  auditAccount(context, transaction, { point: 'agents.set', account: row.account, outcome, facts: { name: row.name } });
};

/**
 * Makes an invitation: a code for one join within an hour, whose hash the ledger keeps. An earlier invitation and the token that the agent
 * has count no more, nor those of its children: whoever had its token may have made them. The agent invites them anew. What any of
 * them asked for and was granted is void.
 */
export const inviteIn = (
  context: Pick<ChangeContext, 'clock' | 'caller' | 'network' | 'random'>,
  transaction: LedgerTransaction,
  { account, name }: { account: string; name: string },
  address: SafeAddress,
): Invitation => {
  const now = context.clock.now();
  const code = Buffer.from(context.random.bytes(20)).toString('hex');
  const before = transaction.agent(name);
  const fresh = { name, network: context.network, account, addedAt: now, joinedAt: null, suspendedAt: null, revokedAt: null };
  const row = before ?? { ...fresh, parent: null, slice: null, operation: null };
  const children = transaction.agents({ network: row.network, account, parent: name });
  // what was asked for with the token so far names keys and scripts of whoever had it
  if (before !== null)
    voidAll(context, transaction, { account, network: row.network, agents: [name, ...children.map((child) => child.name)] });
  for (const child of children) {
    if (child.revokedAt !== null || (child.token === null && child.invitation === null)) continue;
    setAgent(context, transaction, { ...child, invitation: null, invitedUntil: null, token: null, joinedAt: null }, 'uninvited');
  }
  setAgent(context, transaction, { ...row, invitation: secretHash(code), invitedUntil: now + invitationMs, token: null }, 'invited');
  return { ...address, agent: name, code };
};
