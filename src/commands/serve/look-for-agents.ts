import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';

/**
 * Looks for agents' programs that run as this user, who could read the terminal and the browser, and says what was seen. `PAGE_REFUSED`.
 */
export const lookForAgents = async (context: Pick<ChangeContext, 'host'>): Promise<string> => {
  const { agents, user } = await context.host.safe.guard();
  if (agents === null)
    return `Whether agents run as ${user} cannot be seen on this machine, nor as whom the browser runs: both must be no agent's user.`;
  if (agents.length === 0)
    return `No program of an agent that is known by name runs as ${user} now. More than that cannot be seen: not what starts later, nor as whom the browser runs.`;
  throw new Failure(
    'PAGE_REFUSED',
    `${agents.join(', ')} run${agents.length === 1 ? 's' : ''} as ${user}, and could type at this terminal.`,
    {
      sideEffects: 'none',
      fix: human('End it, or start the page as a user that no agent is; no more is seen than programs that are known by name.'),
    },
  );
};
