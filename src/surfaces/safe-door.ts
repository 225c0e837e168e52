import type { Described } from '../contract/declare/describe.ts';
import type { Answered, Around, Order } from '../contract/declare/door.ts';
import type { Admitted } from '../lifecycle/agents/join.ts';
import type { McpServing } from './mcp-door.ts';

/** Who is let in, by the ledger of the safe. */
export interface AgentBook {
  /** The agent with this token; null where nobody has it. `AGENT_REFUSED` where that agent is suspended or revoked, or its time is over. */
  admitted(token: string): Promise<Admitted | null>;
  /** Takes an agent in by its invitation, once. `AGENT_REFUSED`. */
  join(given: { code: string; token: string }): Promise<Admitted>;
  /** Who is let in at this moment, by the rows of agents alone. */
  letIn(): (token: string) => boolean;
  /** Writes down what was refused, in one row for each account. */
  refused(counted: Refused): Promise<void>;
}

/** Refusals since they were written down last. */
export interface Refused {
  /** By the names of agents. */
  agents: ReadonlyMap<string, number>;
  /** Tokens and invitations that nobody has. */
  strangers: number;
}

/** The connection by which a request came. */
export interface CameBy {
  /** As what requests may address the safe there; one that goes elsewhere is none for this safe. */
  hosts: ReadonlySet<string>;
  /** It is this token's from now on; false where that token has too many. */
  takes(token: string): boolean;
}

/** What of an MCP server is an agent's own. */
export type AgentTools = Pick<McpServing, 'commands' | 'call'>;

/** What a safe is made of. */
export interface SafeDoor {
  version: string;
  /** The program was told to end. */
  signal: AbortSignal;
  commands: readonly Described[];
  /** Digest of the commands: a client whose commands are others is told. */
  registry: string;
  /** Makes a call of this program. Never throws: a failure is a document, too. */
  call(order: Order, around: Around): Promise<Answered>;
  book: AgentBook;
  /** Makes the tools of one agent, and what answers MCP's requests about them. */
  mcp(tools: AgentTools): Promise<(request: Request) => Promise<Response>>;
  /** Milliseconds since the epoch. */
  now(): number;
  pause(ms: number): Promise<void>;
  /** Calls `task` every so many ms until what it returns is called. */
  every(ms: number, task: () => void): () => void;
}
