import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Bounds, listenAtSocket, listenByTls } from '../../../src/adapters/safe/listen.ts';
import { certifiedBy, freshKey } from '../../support/safe/tls-fixtures.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

/** Far shorter than usual, and long enough for a machine that has much to do; a handshake takes it longest. */
const tight: Bounds = {
  handshakeTimeout: 20_000,
  headersTimeout: 500,
  requestTimeout: 1000,
  keepAliveTimeout: 200,
  connectionsCheckingInterval: 50,
  maxHeaderSize: 8 * 1024,
  maxConnections: 3,
};
const patient: Bounds = { ...tight, headersTimeout: 20_000, requestTimeout: 20_000, keepAliveTimeout: 20_000 };

const answer: RequestListener = (incoming, outgoing) => {
  incoming.resume().on('end', () => outgoing.end('served'));
};

interface Door {
  /** A connection that says nothing yet. */
  open(): Socket;
}

const socketDoor = async (bounds: Bounds): Promise<Door> => {
  const path = join(temporaryHome(), 'run', 'agents.sock');
  const server = await listenAtSocket(path, process.getuid!(), answer, bounds);
  onTestFinished(() => void server.close());
  return { open: () => connect(path) };
};

const tlsDoor = async (bounds: Bounds): Promise<Door & { port: number }> => {
  const { server, port } = await listenByTls({ host: '127.0.0.1', port: 0 }, certifiedBy(freshKey()), answer, bounds);
  onTestFinished(() => void server.close());
  return { port, open: () => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }) };
};

/** All that comes until the other side closes. */
const heard = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });

const whole = 'GET / HTTP/1.1\r\nHost: safe\r\n';

test.for([
  ['the socket', socketDoor],
  ['TLS', tlsDoor],
] as const)('over %s whoever is slow, long or one too many is closed, and the next is served', async ([, door]) => {
  const { open } = await door(tight);
  expect(await heard(open())).toMatch(/^HTTP\/1\.1 408 /);
  const half = open();
  half.write(whole);
  expect(await heard(half)).toMatch(/^HTTP\/1\.1 408 /);
  const body = open();
  body.write(`POST / HTTP/1.1\r\nHost: safe\r\nContent-Length: 10\r\n\r\n1`);
  expect(await heard(body)).toMatch(/^HTTP\/1\.1 408 /);
  const long = open();
  long.write(`${whole}X: ${'x'.repeat(9000)}\r\n\r\n`);
  expect(await heard(long)).toMatch(/^HTTP\/1\.1 431 /);
  const nonsense = open();
  nonsense.write('\0\x01\x02 nothing\r\n\r\n');
  expect(await heard(nonsense)).toMatch(/^HTTP\/1\.1 400 /);
  const idle = open();
  idle.write(`${whole}\r\n`);
  // served, and closed because nothing more comes
  expect(await heard(idle)).toMatch(/^HTTP\/1\.1 200 .*served/s);
});

test.for([
  ['the socket', socketDoor],
  ['TLS', tlsDoor],
] as const)('over %s there are so many connections at once, and room again once one ends', async ([, door]) => {
  const { open } = await door(patient);
  const served = async (socket: Socket): Promise<Socket> => {
    socket.write(`${whole}\r\n`);
    await new Promise((resolve, reject) => socket.once('data', resolve).once('close', () => reject(new Error('closed'))));
    return socket;
  };
  const all = [];
  for (let count = 0; count < patient.maxConnections; count += 1) all.push(await served(open()));
  await expect(served(open().on('error', () => {}))).rejects.toThrow('closed');
  all[0]!.destroy();
  const next = await vi.waitFor(() => served(open().on('error', () => {})));
  for (const socket of [...all, next]) socket.destroy();
});

test('the door by TLS closes what speaks no TLS 1.3: plain HTTP, TLS 1.2, and nothing at all', async () => {
  const { port, open } = await tlsDoor(tight);
  const hasty = await tlsDoor({ ...tight, handshakeTimeout: 100 });
  const plain = connect(port, '127.0.0.1');
  plain.write(`${whole}\r\n`);
  expect(await heard(plain)).not.toContain('HTTP');
  expect(await heard(connect(hasty.port, '127.0.0.1'))).toBe('');
  const old = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  const why = new Promise<Error>((resolve) => old.once('error', resolve));
  expect(await why).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
  const next = open();
  next.write(`${whole}\r\n`);
  expect(await heard(next)).toMatch(/200/);
});

test('a port that is in use is SAFE_RUNNING, and an address that is not this machine’s USAGE', async () => {
  const { port } = await tlsDoor(tight);
  const certified = certifiedBy(freshKey());
  await expect(listenByTls({ host: '127.0.0.1', port }, certified, answer)).rejects.toMatchObject({
    code: 'SAFE_RUNNING',
    message: `Something listens at 127.0.0.1, port ${port}, already.`,
  });
  await expect(listenByTls({ host: '192.0.2.7', port: 0 }, certified, answer)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('nothing can listen at 192.0.2.7'),
  });
});
