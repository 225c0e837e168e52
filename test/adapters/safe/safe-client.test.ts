import { spawn } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import type { Certified } from '../../../src/adapters/safe/listen.ts';
import { listenByTls } from '../../../src/adapters/safe/listen.ts';
import { safeWire } from '../../../src/adapters/safe/safe-client.ts';
import type { SafeAddress } from '../../../src/domain/agents/invitation.ts';
import { certifiedBy, freshKey, localhostAuthority, localhostCertified } from '../../support/safe/tls-fixtures.ts';

const document = { ok: true, schema: 'whoami@1', data: {}, warnings: [], next: [] };
const token = 'a'.repeat(43);
const given = { code: 'ab'.repeat(20), token };

const wireTo = (address: SafeAddress, proxy: string | null = null) => {
  const proxyTo = () => (proxy === null ? null : { url: proxy, noProxy: '' });
  return safeWire(address, { untrusted: () => null, proxyTo }, new AbortController().signal);
};

/** A safe's door that answers everything, and keeps what it was sent. */
const served = async (certified: Certified) => {
  const sent: string[] = [];
  const door = await listenByTls({ host: '127.0.0.1', port: 0 }, certified, (incoming, outgoing) => {
    sent.push(String(incoming.headers.authorization));
    incoming.resume().on('end', () => outgoing.end(JSON.stringify(document)));
  });
  onTestFinished(() => {
    door.server.close();
    door.server.closeAllConnections();
  });
  return { ...door, sent, url: `https://127.0.0.1:${door.port}` };
};

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Whoever stands in between: takes any TLS. `read` resolves with every byte that it could read once the first connection is over. */
const middle = async (options: TlsOptions): Promise<{ url: string; read: Promise<string> }> => {
  let text = '';
  const server = createServer(options, (socket: TLSSocket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
  });
  const read = new Promise<string>((done) => server.once('connection', (raw: Socket) => raw.once('close', () => done(text))));
  return { url: await listening(server), read };
};

test('the pin of the invitation fits: the call is answered, over one connection after another', async () => {
  const certified = certifiedBy(freshKey());
  const { url, sent } = await served(certified);
  const wire = wireTo({ url, pin: certified.pin, uid: null });
  const call = { command: 'status', input: {}, options: {}, id: 'id-000001', registry: 'r' };
  expect(await wire.join(given)).toEqual(document);
  expect(await wire.call(token, call, () => {})).toEqual(document);
  expect(sent).toEqual(['undefined', `Bearer ${token}`]);
});

test('a certificate that is over, of the same key, is the safe’s still: whoever has the key could make another', async () => {
  const key = freshKey();
  const over = certifiedBy(key, { from: Date.now() - 10_000, until: Date.now() - 5000 });
  const { url } = await served(over);
  expect(await wireTo({ url, pin: certifiedBy(key).pin, uid: null }).join(given)).toEqual(document);
});

test('whoever shows another key is sent not one byte, even with the safe’s own certificate behind its own', async () => {
  const safe = certifiedBy(freshKey());
  const own = certifiedBy(freshKey());
  for (const cert of [own.cert, `${own.cert}${safe.cert}`]) {
    const { url, read } = await middle({ cert, key: own.key });
    const failure = await wireTo({ url, pin: safe.pin, uid: null })
      .join(given)
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({
      code: 'SAFE_UNREACHABLE',
      message: `The safe at ${url} has another key than its invitation says, and nothing was sent: expected ${safe.pin}, found ${own.pin}.`,
      details: { sideEffects: 'none', facts: { expected: safe.pin, found: own.pin } },
    });
    expect(await read).toBe('');
  }
});

test('each connection is looked at: none resumes a session, and one that comes later to another key is refused', async () => {
  const safe = certifiedBy(freshKey());
  const own = certifiedBy(freshKey());
  const resumed: boolean[] = [];
  let requests = 0;
  const server = createHttpsServer({ cert: safe.cert, key: safe.key }, (_incoming, outgoing) => {
    requests += 1;
    // the next call needs another connection
    outgoing.writeHead(200, { connection: 'close' }).end(JSON.stringify(document));
  });
  server.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()));
  const wire = wireTo({ url: await listening(server), pin: safe.pin, uid: null });
  await wire.join(given);
  await wire.join(given);
  server.setSecureContext({ cert: own.cert, key: own.key });
  await expect(wire.join(given)).rejects.toMatchObject({ code: 'SAFE_UNREACHABLE', details: { sideEffects: 'none' } });
  // the server may hear of the last one, whose client left in the middle of the handshake
  expect([resumed.slice(0, 2), resumed.includes(true), requests]).toEqual([[false, false], false, 2]);
});

test('nothing older than TLS 1.3 is spoken, and nobody there is told apart from somebody else', async () => {
  const safe = certifiedBy(freshKey());
  const { url, read } = await middle({ cert: safe.cert, key: safe.key, maxVersion: 'TLSv1.2' });
  await expect(wireTo({ url, pin: safe.pin, uid: null }).join(given)).rejects.toMatchObject({
    message: expect.stringMatching(/does not answer \(ERR_SSL/),
  });
  expect(await read).toBe('');
  const { server, url: gone } = await served(safe);
  server.close();
  await expect(wireTo({ url: gone, pin: safe.pin, uid: null }).join(given)).rejects.toMatchObject({
    message: `The safe at ${gone} does not answer (ECONNREFUSED).`,
  });
});

test('a safe that is gone after it was sent a call leaves its outcome unknown', async () => {
  const safe = certifiedBy(freshKey());
  const server = createHttpsServer({ cert: safe.cert, key: safe.key }, ({ socket }) => void socket.destroy());
  await expect(wireTo({ url: await listening(server), pin: safe.pin, uid: null }).join(given)).rejects.toMatchObject({
    code: 'SAFE_UNREACHABLE',
    details: { sideEffects: 'unknown' },
  });
});

/** A proxy that takes every tunnel to `port`, whatever its host, and keeps what went through and which tunnels were asked for. */
const tunnel = async (port: number): Promise<{ url: string; asked: string[]; passed: () => string }> => {
  const asked: string[] = [];
  let passed = '';
  const proxy = createHttpServer().on('connect', (incoming, socket: Socket) => {
    asked.push(String(incoming.url));
    const inner = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const end of [inner, socket]) end.on('error', () => {});
    socket.on('data', (bytes) => {
      passed += bytes.toString('latin1');
    });
    socket.pipe(inner).pipe(socket);
  });
  return { url: (await listening(proxy)).replace('https', 'http'), asked, passed: () => passed };
};

test('through a proxy it is the same: the pin is that of the safe behind it, and the proxy reads nothing', async () => {
  const safe = certifiedBy(freshKey());
  const { port, sent } = await served(safe);
  const proxy = await tunnel(port);
  const address = { url: 'https://safe.example:8443', pin: safe.pin, uid: null };
  expect(await wireTo(address, proxy.url).join(given)).toEqual(document);
  await expect(wireTo({ ...address, pin: certifiedBy(freshKey()).pin }, proxy.url).join(given)).rejects.toMatchObject({
    code: 'SAFE_UNREACHABLE',
    details: { sideEffects: 'none', facts: { found: safe.pin } },
  });
  expect(proxy.asked).toEqual(['safe.example:8443', 'safe.example:8443']);
  expect([sent.length, proxy.passed().includes(token)]).toEqual([1, false]);
});

/** Node reads what it trusts beside its own roots when it starts, so it takes another process. */
const joining = async (cases: readonly { url: string; planted: boolean }[]): Promise<string[]> => {
  const script = `
    import { safeWire } from ${JSON.stringify(resolve(import.meta.dirname, '../../../src/adapters/safe/safe-client.ts'))};
    for (const { url, planted } of ${JSON.stringify(cases)}) {
      const untrusted = () => (planted ? { variable: 'NODE_EXTRA_CA_CERTS', why: 'it is not root’s' } : null);
      const wire = safeWire({ url, pin: null, uid: null }, { untrusted, proxyTo: () => null }, new AbortController().signal);
      console.log(await wire.join(${JSON.stringify(given)}).then((answer) => answer.schema, (failure) => failure.message));
    }
    process.exit();`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    env: { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: localhostAuthority },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text.trim().split('\n');
};

test('without a pin chain and name count, and a root that is not this machine’s root’s does not', async () => {
  const { port, sent } = await served(localhostCertified);
  const [named, planted, other] = await joining([
    { url: `https://localhost:${port}`, planted: false },
    { url: `https://localhost:${port}`, planted: true },
    { url: `https://127.0.0.1:${port}`, planted: false },
  ]);
  expect(named).toBe('whoami@1');
  expect(planted).toBe(
    `The safe at https://localhost:${port} shows a certificate that does not fit (UNABLE_TO_VERIFY_LEAF_SIGNATURE), and nothing was sent; NODE_EXTRA_CA_CERTS adds no roots here, because it is not root’s.`,
  );
  expect(other).toBe(
    `The safe at https://127.0.0.1:${port} shows a certificate that does not fit (ERR_TLS_CERT_ALTNAME_INVALID), and nothing was sent.`,
  );
  expect(sent).toHaveLength(1);
});
