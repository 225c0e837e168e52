import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { openPeer, type Peer } from './open-peer.ts';

/** What a request that asks for a websocket brings along for whoever answers it. */
export interface Upgradable {
  /** Takes the connection over; null where it is no handshake. */
  accept?: () => Peer | null;
}

/** The answer to a request whose connection was taken over, or whose socket is gone: nobody writes it. */
export const sentAlready = (): Response => new Response(null, { headers: { 'x-hono-already-sent': 'true' } });

const noUpgrade = 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".';

/** Takes the connection over for a websocket; 400 as aiohttp has it where none was asked for. */
export const upgraded = (c: Context): Peer => {
  const { accept } = (c.env ?? {}) as Upgradable;
  const peer = accept?.() ?? null;
  if (peer !== null) return peer;
  throw new HTTPException(400, { res: new Response(noUpgrade, { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' } }) });
};

/** Lets `answer` take the connection over, or writes what it answers instead. */
export const upgrade = async (
  { method = 'GET', url = '/', headers }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  answer: (request: Request, accept: () => Peer | null) => Promise<Response>,
): Promise<void> => {
  socket.on('error', () => undefined);
  const key = headers['sec-websocket-key'];
  const isHandshake = key !== undefined && headers.upgrade?.toLowerCase() === 'websocket' && headers['sec-websocket-version'] === '13';
  let taken = false;
  const accept = (): Peer | null => {
    if (!isHandshake || taken) return null;
    taken = true;
    return openPeer(socket, key, head);
  };
  try {
    const response = await answer(new Request(`http://${headers.host ?? '127.0.0.1'}${url}`, { method }), accept);
    if (!taken) await refuse(socket, response);
  } catch {
    socket.destroy();
  }
};

const refuse = async (socket: Duplex, response: Response): Promise<void> => {
  const body = Buffer.from(await response.arrayBuffer());
  response.headers.set('content-length', String(body.length));
  response.headers.set('connection', 'close');
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${response.status} ${response.statusText}\r\n${lines}\r\n`), body]));
};
