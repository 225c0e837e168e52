import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { type ConnectionBounds, connections } from '../../../src/adapters/safe/connections.ts';
import { certifiedBy, freshKey } from '../../support/safe/tls-fixtures.ts';

const bounds: ConnectionBounds = { each: 2, all: 4, unreadMs: 20_000 };

type Asked = [IncomingMessage, ServerResponse];

/** A server whose requests the test answers, and whose connections it counts as they come. */
const door = async (kind: 'plain' | 'TLS', own = bounds) => {
  const held = connections(own);
  const waiting: ((asked: Asked) => void)[] = [];
  const came: Asked[] = [];
  const listener = (...asked: Asked): void => {
    held.began(...asked);
    const next = waiting.shift();
    if (next === undefined) came.push(asked);
    else next(asked);
  };
  const { cert, key } = certifiedBy(freshKey());
  const server = kind === 'TLS' ? createTlsServer({ cert, key }, listener) : createServer(listener);
  held.watch(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const to = { port, host: '127.0.0.1' };
  const arrived = (): Promise<Asked> => {
    const first = came.shift();
    return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
  };
  return {
    held,
    /** A connection that is established, and says nothing yet. */
    open: async (): Promise<Socket> => {
      const socket = kind === 'TLS' ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
      socket.on('error', () => {});
      const counted = new Promise((resolve) => server.once(kind === 'TLS' ? 'secureConnection' : 'connection', resolve));
      await Promise.all([counted, new Promise((resolve) => socket.once(kind === 'TLS' ? 'secureConnect' : 'connect', resolve))]);
      return socket;
    },
    /** Sends a request, which waits for its answer. */
    ask: async (socket: Socket): Promise<Asked> => {
      socket.write('GET / HTTP/1.1\r\nHost: safe\r\n\r\n');
      return arrived();
    },
  };
};

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.resume();
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });

const answered = ([, response]: Asked, socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve);
    socket.resume();
    response.end('served');
  });

test.for(['plain', 'TLS'] as const)('%s: who opens many connections and says nothing keeps no agent out', async (kind) => {
  const { held, open, ask } = await door(kind);
  const agent = await open();
  const [request] = await ask(agent);
  expect(held.takes(request, 'ci')).toBe(true);
  const silent = [await open(), await open(), await open()];
  expect(held.count()).toBe(4);
  const another = await open();
  await closed(silent[0]!);
  expect(held.count()).toBe(4);
  expect(held.takes((await ask(another))[0], 'ops')).toBe(true);
  // whose request is under way is nobody's, either, until its token is known
  const stranger = await open();
  await closed(silent[1]!);
  await ask(stranger);
  await open();
  await closed(silent[2]!);
  await open();
  await closed(stranger);
  expect([agent, another].map((socket) => socket.closed)).toEqual([false, false]);
});

test('a token has so many connections, of which the oldest idle one gives way; where all are in use the next is refused', async () => {
  const { held, open, ask } = await door('plain');
  const first = await open();
  const asked = await ask(first);
  expect(held.takes(asked[0], 'ci')).toBe(true);
  const second = await open();
  expect(held.takes((await ask(second))[0], 'ci')).toBe(true);
  const third = await open();
  const [request] = await ask(third);
  expect(held.takes(request, 'ci')).toBe(false);
  expect(held.takes(request, 'ops')).toBe(true);
  await answered(asked, first);
  const fourth = await open();
  expect(held.takes((await ask(fourth))[0], 'ci')).toBe(true);
  await closed(first);
});

test('who reads nothing of its answer is closed after a while, and who waits for it is not', async () => {
  const { open, ask } = await door('plain', { ...bounds, unreadMs: 100 });
  const waits = await open();
  const asked = await ask(waits);
  const stuck = await open();
  const [, response] = await ask(stuck);
  const over = new Promise((resolve) => response.once('close', resolve));
  stuck.pause();
  response.end('x'.repeat(32 * 1024 * 1024));
  await over;
  const heard = new Promise<string>((resolve) => waits.setEncoding('latin1').once('data', (text: string) => resolve(text)));
  asked[1].end('served');
  expect(await heard).toContain('200 OK');
});
