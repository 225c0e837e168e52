import type { AgentRecord } from '../../domain/agents/agent-record.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Returns the agent of this network and account with this name. `AGENT_NOT_FOUND`. */
export const requiredAgent = (
  ledger: Pick<LedgerReader, 'agent'>,
  { network }: Pick<ReadContext, 'network'>,
  account: string,
  name: string,
): AgentRecord => {
  const row = ledger.agent(name);
  if (row !== null && row.network === network && row.account === account) return row;
  throw new Failure('AGENT_NOT_FOUND', `No agent is called "${name}".`, { fix: human('See who is let in.', 'agents ls'), facts: { name } });
};
