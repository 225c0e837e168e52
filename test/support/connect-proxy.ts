import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { resolve } from 'node:path';

const tls = resolve(import.meta.dirname, '../fixtures/tls');

/** What a child needs to trust the hosts behind the proxy. */
export const testAuthority = resolve(tls, 'ca.pem');

export interface ConnectProxy {
  url: string;
  /** Where the TLS server behind it listens on this machine. */
  insidePort: number;
  /** `host:port` of every CONNECT, and the URL of everything asked for in the clear, in order. */
  asked: string[];
  /** `Proxy-Authorization` of the last CONNECT. */
  authorization: string | null;
  close(): Promise<void>;
}

/**
 * A proxy as companies have them, with hosts behind it that this machine cannot resolve: every `*.lab.example` ends in one TLS server
 * which passes what it hears on to the URL that `routes` gives for the host's first label.
 */
export const connectProxy = async (routes: Readonly<Record<string, string>>): Promise<ConnectProxy> => {
  const inside = createTlsServer(
    { cert: readFileSync(resolve(tls, 'lab.pem')), key: readFileSync(resolve(tls, 'lab.key')) },
    (incoming, answer) => {
      const target = routes[incoming.headers.host?.split('.')[0] ?? ''];
      if (target === undefined) return void answer.writeHead(502).end();
      const url = new URL(incoming.url ?? '/', target);
      const passed = httpRequest(url, { method: incoming.method, headers: { ...incoming.headers, host: url.host } }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      incoming.pipe(passed);
    },
  );
  const insidePort = await listening(inside);
  const asked: string[] = [];
  const proxy = createServer((incoming, answer) => {
    asked.push(incoming.url ?? '');
    answer.writeHead(403).end();
  });
  const state: ConnectProxy = { url: '', insidePort, asked, authorization: null, close: async () => {} };
  proxy.on('connect', (incoming, socket, head) => {
    asked.push(incoming.url ?? '');
    state.authorization = incoming.headers['proxy-authorization'] ?? null;
    socket.on('error', () => {});
    if (!/^[a-z0-9-]+\.lab\.example:443$/.test(incoming.url ?? '')) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const tunnel = connect(insidePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      tunnel.write(head);
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on('error', () => socket.destroy());
  });
  state.url = `http://127.0.0.1:${await listening(proxy)}`;
  state.close = async () => {
    for (const server of [proxy, inside]) {
      server.closeAllConnections();
      server.close();
    }
  };
  return state;
};

const listening = (server: Pick<Server, 'listen' | 'address'>): Promise<number> =>
  new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));
