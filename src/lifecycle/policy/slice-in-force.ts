import { isLetIn } from '../../domain/agents/agent-record.ts';
import type { Slice } from '../../domain/agents/slice.ts';
import type { AgentCase } from '../../domain/judge/slice-checks.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { PolicyInForce } from './policy-in-force.ts';

type Rows = Pick<LedgerReader, 'agent'>;

/** Returns what an agent of this account may do; null where the policy knows no such agent, or the owner suspended or revoked it. */
export const sliceInForce = (ledger: Rows, { agents, account, network }: PolicyInForce, name: string): Slice | null => {
  const row = ledger.agent(name);
  const isHere = row !== null && row.account === account && row.network === network && isLetIn(row);
  return isHere && Object.hasOwn(agents, name) ? agents[name]! : null;
};

/** The agent that calls, with its slice, as spending is judged; null for the owner. */
export const agentCase = (ledger: Rows, policy: PolicyInForce, name: string | null): AgentCase | null =>
  name === null ? null : { name, slice: sliceInForce(ledger, policy, name) };

/**
 * Tells whether what was held may still be sent, and another node tried: the account is not frozen since, nor the agent whose VM it is put
 * out, nor its time over.
 */
export const maySend = (ledger: Rows, policy: PolicyInForce, agent: string | null, now: number): boolean => {
  if (policy.frozenSince !== null) return false;
  if (agent === null) return true;
  const slice = sliceInForce(ledger, policy, agent);
  return slice !== null && (slice.until === null || now < slice.until);
};
