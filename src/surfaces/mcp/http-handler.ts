import { createMcpHandler } from '@modelcontextprotocol/server';
import type { McpServing } from '../mcp-door.ts';
import { mcpServer } from './mcp-server.ts';

/** Answers requests of MCP over HTTP, of both eras and without sessions. Who may make them is for the caller to say. */
export const httpHandler = (serving: McpServing): ((request: Request) => Promise<Response>) =>
  createMcpHandler(mcpServer(serving).serve).fetch;
