import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

interface Session {
  child: ChildProcess;
  answers: Map<string, (line: string) => void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * Our server on stdin and stdout behind the HTTP that the conformance suite speaks: a process for each session, a line for each message.
 * For that suite alone, which knows no other way in.
 */
export const bridge = async (start: () => ChildProcess): Promise<{ url: string; close(): void }> => {
  const sessions = new Map<string, Session>();
  const opened = (): [string, Session] => {
    const session: Session = { child: start(), answers: new Map() };
    createInterface({ input: session.child.stdout! }).on('line', (line) => {
      const { id } = JSON.parse(line) as { id?: string | number };
      if (id === undefined) return;
      session.answers.get(String(id))?.(line);
      session.answers.delete(String(id));
    });
    const id = randomUUID();
    sessions.set(id, session);
    return [id, session];
  };
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const body = await bodyOf(request);
    const known = String(request.headers['mcp-session-id'] ?? '');
    const found = sessions.get(known);
    const [id, { child, answers }] = found === undefined ? opened() : ([known, found] as const);
    const message = JSON.parse(body) as { id?: string | number };
    const answered = message.id === undefined ? null : new Promise<string>((resolve) => answers.set(String(message.id), resolve));
    child.stdin!.write(`${JSON.stringify(message)}\n`);
    if (answered === null) return void response.writeHead(202).end();
    const headers = { 'content-type': 'application/json', 'mcp-session-id': id };
    response.writeHead(200, headers).end(await answered);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close() {
      for (const { child } of sessions.values()) child.kill();
      server.close();
    },
  };
};

/** The built server, in a home of its own. */
export const startServer = (home: string): ChildProcess =>
  spawn(process.execPath, ['bin/aleph-agent.js', 'mcp'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ALEPH_AGENT_HOME: home, ALEPH_AGENT_NETWORK: 'devnet' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
