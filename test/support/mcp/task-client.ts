import { Client, type JSONRPCMessage } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createTaskSessionFromClient } from '@modelcontextprotocol/ext-tasks/client';
import { binary, wordsOf } from '../binary.ts';
import type { Home } from '../home.ts';

type Session = ReturnType<typeof createTaskSessionFromClient>;

interface Reply {
  jsonrpc: '2.0';
  id: number;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

export interface TaskClient {
  /** Of the official package for the extension. */
  session: Session;
  /** A request without that package; `declares`: the client says that it takes tasks. */
  raw(method: string, params: object, declares: boolean): Promise<Reply>;
  close(): Promise<void>;
}

const protocolVersion = '2026-07-28';
const clientInfo = { name: 'test', version: '1' };
const meta = 'io.modelcontextprotocol';

/** The official client, with the official package for tasks on the same streams, and a server of its own in this home. */
export const taskClient = async (home: Home, flags: string): Promise<TaskClient> => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [binary, 'mcp', ...wordsOf(flags)],
    env: { ...home.env },
    cwd: home.cwd,
    stderr: 'ignore',
  });
  const client = new Client(clientInfo, { versionNegotiation: { mode: { pin: protocolVersion } } });
  await client.connect(transport);

  // the client itself refuses results that are tasks: these requests pass beside it
  const waiting = new Map<unknown, (reply: Reply) => void>();
  const theirs = transport.onmessage;
  transport.onmessage = (message: JSONRPCMessage) => {
    const answered = 'id' in message ? waiting.get(message.id) : undefined;
    if (answered === undefined) theirs?.(message);
    else answered(message as Reply);
  };
  let sent = 1_000_000;
  const send = (request: object): Promise<Reply> =>
    new Promise((answered) => {
      sent += 1;
      waiting.set(sent, answered);
      void transport.send({ ...(request as { method: string }), jsonrpc: '2.0', id: sent });
    });

  const session = createTaskSessionFromClient(client, {
    endpointId: 'test',
    rawDispatch: async (request) => (await send(request as object)) as never,
    v2RequestFraming: { protocolVersion, clientInfo, clientCapabilities: {} },
  });
  return {
    session,
    raw: (method, params, declares) => {
      const clientCapabilities = declares ? { extensions: { [`${meta}/tasks`]: {} } } : {};
      const _meta = {
        [`${meta}/protocolVersion`]: protocolVersion,
        [`${meta}/clientInfo`]: clientInfo,
        [`${meta}/clientCapabilities`]: clientCapabilities,
      };
      return send({ method, params: { ...params, _meta } });
    },
    close: () => client.close(),
  };
};
