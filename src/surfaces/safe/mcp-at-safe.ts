import type { Answered, Around, Order } from '../../contract/declare/door.ts';
import { mayCall } from '../../contract/declare/wire.ts';
import type { Slice } from '../../domain/agents/slice.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import type { Admitted } from '../../lifecycle/agents/join.ts';
import type { SafeDoor } from '../safe-door.ts';

/** A call that an agent makes by a tool. */
interface ToolOrder {
  command: string;
  input: Order['input'];
  options: Omit<Order, 'command' | 'input'>;
}

type CallFor = (agent: Admitted, call: ToolOrder, around: Around) => Promise<Answered>;

/** A call ends before most clients take it for lost, seconds. */
const callSeconds = 50;

type Handler = (request: Request) => Promise<Response>;

/** The tools of one agent: those of the usual that its slice lets it call. Loaded for who comes by MCP alone. */
const handlerOf = async (door: SafeDoor, agent: Admitted, callFor: CallFor): Promise<Handler> => {
  const [{ createMcpHandler }, { mcpServer }] = await Promise.all([import('@modelcontextprotocol/server'), import('../mcp/mcp-server.ts')]);
  const { version, signal, commands, load, parse, pause, now, secret } = door;
  const { serve } = mcpServer({
    manner: { tools: null, all: false, mostCredits: null, legacyNames: false, approvalsAt: null },
    version,
    signal,
    commands: commands.filter(({ name }) => mayCall(name, agent.slice)),
    load,
    parse,
    pause,
    now,
    secret,
    seconds: callSeconds,
    call: ({ command, input, ...options }, around = {}) => callFor(agent, { command, input, options }, around),
  });
  return createMcpHandler(serve).fetch;
};

/**
 * MCP over HTTP, of both eras and without sessions: each request has its token, and nothing else of it says whose it is. An agent's tools are made
 * anew where its slice is another one.
 */
export const mcpAtSafe = (door: SafeDoor, callFor: CallFor): ((agent: Admitted, request: Request) => Promise<Response>) => {
  const handlers = new Map<string, { of: string; handler: Promise<Handler> }>();
  const madeFor = (slice: Slice): string => digest({ ...slice, limits: { ...slice.limits } });
  return async (agent, request) => {
    const { name } = agent.row;
    const of = madeFor(agent.slice);
    const known = handlers.get(name);
    const handler = known?.of === of ? known.handler : handlerOf(door, agent, callFor);
    handlers.set(name, { of, handler });
    handler.catch(() => handlers.delete(name));
    return (await handler)(request);
  };
};
