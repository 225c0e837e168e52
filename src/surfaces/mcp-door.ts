import type { Readable, Writable } from 'node:stream';
import type { AnyCommand, Terminal } from '../contract/declare/command.ts';
import type { Described } from '../contract/declare/describe.ts';
import type { McpManner } from '../contract/declare/door.ts';

/** What the tools of an MCP server are made of. */
export interface McpServing {
  manner: McpManner;
  version: string;
  /** The program was told to end. */
  signal: AbortSignal;
  commands: readonly Described[];
  load(name: string): Promise<AnyCommand>;
  call: Terminal['call'];
  /** The command and inputs of a line that the program suggests; null for a line that is no call. */
  parse(line: string): { command: string; input: Record<string, unknown> } | null;
  /** How long a call may take that does not say, seconds. */
  seconds: number;
  pause(ms: number): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Random bytes that nobody can guess. */
  secret(): Uint8Array;
}

/** An MCP server on this process's own streams. */
export interface McpDoor extends McpServing {
  streams: { stdin: Readable; stdout: Writable };
  /** Is called once stdout is the client's. */
  begins(): void;
}
