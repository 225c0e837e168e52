import { PassThrough } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { McpDoor } from '../mcp-door.ts';
import { mcpServer } from './mcp-server.ts';

/** How long calls have to end in order once the client is gone, or says no more. */
const graceMs = 5_000;

/** So long a line takes to become a call, ms. */
const readMs = 100;

/**
 * Serves the chosen tools on stdin and stdout until the client closes them or the program is told to end. Resolves with the number of calls
 * that were answered. `USAGE` for a tool that there is not.
 */
export const serveMcp = async (door: McpDoor): Promise<number> => {
  const { serve, settled, answered } = mcpServer(door);
  const { stdin: given, stdout } = door.streams;
  const stdin = new PassThrough();
  door.begins();
  await new Promise<void>((resolve) => {
    const handle = serveStdio(serve, { transport: new ClosingTransport({ stdin, stdout }, resolve) });
    // who writes its calls and closes its end is answered still: a call that spends is not made unheard
    const ends = (): void => {
      const ended = door.pause(readMs).then(settled);
      void Promise.race([ended, door.pause(graceMs)]).then(() => stdin.end());
    };
    given.once('end', ends).once('close', ends);
    given.once('error', () => stdin.end());
    given.pipe(stdin, { end: false });
    if (given.readableEnded || given.destroyed) ends();
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
