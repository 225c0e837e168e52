import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { McpDoor } from '../mcp-door.ts';
import { mcpServer } from './mcp-server.ts';

/** How long calls have to end in order once the client is gone. */
const graceMs = 5_000;

/**
 * Serves the chosen tools on stdin and stdout until the client closes them or the program is told to end. Resolves with the number of calls
 * that were answered. `USAGE` for a tool that there is not.
 */
export const serveMcp = async (door: McpDoor): Promise<number> => {
  const { serve, settled, answered } = mcpServer(door);
  door.begins();
  await new Promise<void>((resolve) => {
    const handle = serveStdio(serve, { transport: new ClosingTransport(door.streams, resolve) });
    const close = (): void => void handle.close();
    door.signal.addEventListener('abort', close);
    if (door.signal.aborted) close();
  });
  await Promise.race([settled(), door.pause(graceMs)]);
  return answered();
};

/** Tells when the client has gone. */
class ClosingTransport extends StdioServerTransport {
  private readonly closed: () => void;

  constructor({ stdin, stdout }: McpDoor['streams'], closed: () => void) {
    super(stdin, stdout);
    this.closed = closed;
  }

  override async close(): Promise<void> {
    await super.close();
    this.closed();
  }
}
