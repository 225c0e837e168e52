import { Client as SecondClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as SecondTransport } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { binary, crashBinary, wordsOf } from '../binary.ts';
import type { Home } from '../home.ts';

export const eras = ['v1', 'v2 of 2025-11-25', 'v2 of 2026-07-28'] as const;

export type Era = (typeof eras)[number];

export interface Answer {
  isError: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the shapes of all commands
  data: any;
  /** Each text of the answer, read. */
  // biome-ignore lint/suspicious/noExplicitAny: the shapes of all commands
  texts: any[];
}

export interface Listening {
  signal?: AbortSignal;
  onprogress?: (progress: { message?: string | undefined }) => void;
}

export interface McpClient {
  tools(): Promise<unknown[]>;
  call(name: string, args?: Record<string, unknown>, listening?: Listening): Promise<Answer>;
  pid: number | null;
  instructions: string | undefined;
  /** Pages that the person was sent to. */
  opened: string[];
  close(): Promise<void>;
}

export interface McpSetup {
  era?: Era;
  /** Flags of `mcp`. */
  flags?: string;
  env?: Readonly<Record<string, string>>;
  /** What the person answers who is sent to a page; without it the client knows no pages. */
  person?: 'accept' | 'decline' | 'no browser';
}

const info = { name: 'test', version: '1' };

/** An official client, with a server of its own in this home. */
export const mcpClient = async (home: Home, { era = 'v1', flags = '', env = {}, person }: McpSetup = {}): Promise<McpClient> => {
  const program = env['ALEPH_AGENT_CRASH'] === undefined ? binary : crashBinary;
  const process_ = { command: process.execPath, args: [program, 'mcp', ...wordsOf(flags)], env: { ...home.env, ...env }, cwd: home.cwd };
  const capabilities = person === undefined ? {} : { elicitation: { url: {} } };
  const opened: string[] = [];
  const open = async ({ params }: { params: object }) => {
    opened.push(String((params as { url?: unknown }).url));
    if (person === 'no browser') throw new Error('no browser');
    return { action: person ?? 'decline' };
  };
  if (era === 'v1') {
    const transport = new FirstTransport({ ...process_, stderr: 'ignore' });
    const client = new FirstClient(info, { capabilities });
    if (person !== undefined) client.setRequestHandler(ElicitRequestSchema, open);
    await client.connect(transport);
    return {
      tools: async () => (await client.listTools()).tools,
      call: async (name, args = {}, { signal, onprogress } = {}) =>
        answerOf(
          await client.callTool({ name, arguments: args }, undefined, {
            timeout: 300_000,
            ...(signal === undefined ? {} : { signal }),
            ...(onprogress === undefined ? {} : { onprogress }),
          }),
        ),
      pid: transport.pid,
      instructions: client.getInstructions(),
      opened,
      close: () => client.close(),
    };
  }
  const transport = new SecondTransport({ ...process_, stderr: 'ignore' });
  const mode = era === 'v2 of 2025-11-25' ? ('legacy' as const) : { pin: '2026-07-28' };
  const client = new SecondClient(info, { capabilities, versionNegotiation: { mode } });
  if (person !== undefined) client.setRequestHandler('elicitation/create', open);
  await client.connect(transport);
  return {
    tools: async () => (await client.listTools()).tools,
    call: async (name, args = {}, { signal, onprogress } = {}) =>
      answerOf(
        await client.callTool(
          { name, arguments: args },
          { timeout: 300_000, ...(signal === undefined ? {} : { signal }), ...(onprogress === undefined ? {} : { onprogress }) },
        ),
      ),
    pid: transport.pid,
    instructions: client.getInstructions(),
    opened,
    close: () => client.close(),
  };
};

const answerOf = (result: { [key: string]: unknown }): Answer => ({
  isError: result['isError'] === true,
  data: result['structuredContent'],
  texts: (result['content'] as { text: string }[]).map(({ text }) => JSON.parse(text)),
});
