import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/adapters/host/system-clock.ts';
import { probe } from '../../../src/adapters/ssh/probe.ts';
import type { Clock } from '../../../src/ports/clock.ts';

const serve = async (greet: (socket: Socket) => void) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { server, endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, user: 'root' } };
};

describe('a probe', () => {
  it.each([
    ['ssh', 'a banner', (socket: Socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')],
    ['ssh', 'a banner after other lines, in pieces', (socket: Socket) => socket.write('welcome\r\nSS', () => socket.write('H-2.0-x\r\n'))],
    ['silent', 'a connection that is closed', (socket: Socket) => socket.end()],
    ['silent', 'other words without end', (socket: Socket) => socket.write('x'.repeat(10_000))],
    ['silent', 'a banner that is not at the start of a line', (socket: Socket) => socket.end('no SSH-2.0\r\n')],
  ])('finds %s for %s', async (found, _what, greet) => {
    const { endpoint } = await serve((socket) => void greet(socket));
    expect(await probe(endpoint, 10_000, systemClock())).toBe(found);
  });

  it('finds silent where nothing is said in time', async () => {
    let ring = () => {};
    const clock: Clock = { now: () => 0, wait: () => new Promise((resolve) => (ring = resolve)) };
    const { endpoint } = await serve(() => queueMicrotask(() => setImmediate(() => ring())));
    expect(await probe(endpoint, 10_000, clock)).toBe('silent');
  });

  it('finds refused where nobody listens, and unreachable where no connection comes in time', async () => {
    const { server, endpoint } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect(await probe(endpoint, 10_000, systemClock())).toBe('refused');
    expect(await probe({ host: 'nowhere.invalid', port: 22 }, 10_000, systemClock())).toBe('unreachable');
    const clock: Clock = { now: () => 0, wait: async () => undefined };
    expect(await probe({ host: '127.0.0.1', port: endpoint.port }, 0, clock)).toBe('unreachable');
  });
});
