import { type AgentStanding, agentStandings, standingIn } from '../../lifecycle/agents/agent-standings.ts';
import { requiredAgent } from '../../lifecycle/agents/required-agent.ts';
import { readPolicy } from '../../lifecycle/policy/policy-in-force.ts';
import type { ReadContext } from '../../ports/context.ts';

/** Every agent of the account in use. */
export const standings = async (context: ReadContext): Promise<AgentStanding[]> => {
  const { address: account } = context.keys.current(context.network);
  return agentStandings(await context.ledger(), await readPolicy(context, account), context.clock.now());
};

/** One of them. `AGENT_NOT_FOUND`. */
export const standingOf = async (context: ReadContext, name: string): Promise<AgentStanding> => {
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  const row = requiredAgent(ledger, context, account, name);
  return standingIn(ledger, await readPolicy(context, account), context.clock.now())(row);
};
