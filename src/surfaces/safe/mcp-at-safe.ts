import type { Answered, Around, Order } from '../../contract/declare/door.ts';
import { mayCall } from '../../contract/declare/wire.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import type { SafeDoor } from '../safe-door.ts';
import type { Caller } from './agent-calls.ts';

/** A call that an agent makes by a tool. */
interface ToolOrder {
  command: string;
  input: Order['input'];
  options: Omit<Order, 'command' | 'input'>;
}

type CallFor = (agent: Caller, call: ToolOrder, around: Around) => Promise<Answered>;

type Handler = (request: Request) => Promise<Response>;

/** The tools of one agent: those of the usual that its slice lets it call. */
const handlerOf = (door: SafeDoor, agent: Caller, callFor: CallFor): Promise<Handler> =>
  door.mcp({
    commands: door.commands.filter(({ name }) => mayCall(name, agent.slice)),
    call: ({ command, input, ...options }, around = {}) => callFor(agent, { command, input, options }, around),
  });

/**
 * MCP over HTTP, of both eras and without sessions: each request has its token, and nothing else of it says whose it is. An agent's tools are made
 * anew where its slice, or its token, is another one.
 */
export const mcpAtSafe = (door: SafeDoor, callFor: CallFor): ((agent: Caller, request: Request) => Promise<Response>) => {
  const handlers = new Map<string, { of: string; handler: Promise<Handler> }>();
  const madeFor = ({ slice, token }: Caller): string => digest({ ...slice, limits: { ...slice.limits }, token });
  return async (agent, request) => {
    const { name } = agent.row;
    const of = madeFor(agent);
    const known = handlers.get(name);
    const handler = known?.of === of ? known.handler : handlerOf(door, agent, callFor);
    handlers.set(name, { of, handler });
    handler.catch(() => handlers.delete(name));
    return (await handler)(request);
  };
};
