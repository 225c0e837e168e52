import { createServer, type ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { attendSocket } from './control/attend-socket.ts';
import { type Attendance, createAttendance } from './control/attendance.ts';
import { createDevnet, type Devnet, type DevnetOptions } from './create-devnet.ts';
import { isDead } from './crn/world/crn.ts';
import { type DevnetDocument, devnetDocument } from './devnet-document.ts';
import { slowBody } from './http/byzantine-body.ts';
import { ConnectionDropped } from './http/connection-dropped.ts';
import { isForeignOrigin, isLoopbackHost } from './http/loopback-host.ts';
import { type OpenPorts, openPorts } from './http/open-ports.ts';
import { sentAlready, upgrade } from './http/websocket/upgrade.ts';
import type { DevnetOrigins } from './world/devnet-origins.ts';

export interface ServedDevnet {
  devnet: Devnet;
  document: DevnetDocument;
  /** From now on the clock jumps to what is due next whenever all that live by it wait. */
  wait(): void;
  /** Stops sockets, guests, their commands and the clock. */
  close(): Promise<void>;
}

export interface ServeOptions extends Omit<DevnetOptions, 'origins' | 'sale'> {
  /** URL of an anvil node on which its credits are sold; nowhere when absent. */
  evm?: string;
  /** Of the control surface; any when 0 or absent. The others take any. */
  port?: number;
}

/** Surfaces before the nodes, in the order of their sockets. */
const surfaces = 5;

const originsAt = (ports: readonly number[]): DevnetOrigins => {
  const [control, ccnA, ccnB, crnsList, scheduler, ...crns] = ports.map((port) => `http://127.0.0.1:${port}`) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { control, ccnA, ccnB, crnsList, scheduler, crns };
};

/** Going down waits this long, so that the answer to `POST /down` reaches its caller. */
const answerMs = 50;

const requestName = 'devnet-request';

/** Settles once nothing of the answer is left to be sent, or nobody is there to take it. */
const sent = (outgoing: ServerResponse): Promise<void> => new Promise((resolve) => outgoing.once('close', () => resolve()));

const serveOn = (open: OpenPorts, devnet: Devnet, attendance: Attendance): void => {
  const { clock } = devnet;
  const origins = open.ports.map((port) => `http://127.0.0.1:${port}`);
  const answer = async (request: Request, { incoming, outgoing }: HttpBindings): Promise<Response> => {
    if (!isLoopbackHost(incoming.headers.host)) return new Response('Forbidden: this devnet answers on loopback only', { status: 403 });
    // whoever looks at a page must not change a devnet by that
    const isReading = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
    if (!isReading && isForeignOrigin(request.headers.get('origin'))) {
      return new Response('Forbidden: this devnet takes nothing from pages of other sites', { status: 403 });
    }
    const handler = devnet.handlers.get(origins[open.indexOf(incoming.socket) ?? -1] ?? '');
    const answered = (async () => {
      if (handler === undefined) throw new ConnectionDropped('nowhere');
      return await handler(request);
    })();
    // what turns the clock by command waits for no clock
    if (clock.waits && open.indexOf(incoming.socket) !== 0) {
      const gone = sent(outgoing as ServerResponse);
      const over = answered.then((response) => (response.headers.has(slowBody) ? gone : undefined));
      attendance.answering(request.headers.get(requestName), Promise.race([over, gone]));
    }
    try {
      const response = await answered;
      if (clock.waits) response.headers.set('devnet-time', String(clock.now()));
      return response;
    } catch (error) {
      if (!(error instanceof ConnectionDropped)) throw error;
      incoming.socket.destroy();
      return sentAlready();
    }
  };
  const listener = getRequestListener((request, bindings) => answer(request, bindings as HttpBindings), { overrideGlobalObjects: false });
  const http = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  http.requestTimeout = 0;
  let attendants = 0;
  http.on('upgrade', (incoming, socket, head) => {
    const at = open.indexOf(incoming.socket) ?? -1;
    const { host, origin = null } = incoming.headers;
    const handler = devnet.handlers.get(origins[at] ?? '');
    // a page elsewhere may open a websocket to this machine, and reads what it is sent
    if (!isLoopbackHost(host) || isForeignOrigin(origin) || handler === undefined) socket.destroy();
    else if (at > 0) void upgrade(incoming, socket, head, (request, accept) => handler(request, { accept }));
    else if (clock.waits) attendSocket(incoming, socket, { clock, attendance, name: String(attendants++) });
    else socket.destroy();
  });
  open.serve((socket, index) => {
    const crn = index < surfaces ? undefined : devnet.crns[index - surfaces];
    if (crn !== undefined && isDead(crn)) socket.resetAndDestroy();
    else http.emit('connection', socket);
  });
};

/**
 * Serves a devnet over HTTP on 127.0.0.1, every surface and node at a port of its own; the clock stands still until the caller runs it.
 * Requests whose `Host` is not this machine get 403, no answer carries CORS headers. Fails with the system's error when `port` is taken.
 */
export const serveDevnet = async ({ port = 0, onDown, evm, ...options }: ServeOptions): Promise<ServedDevnet> => {
  const sale = evm === undefined ? null : await (await import('./evm/credit-sale.ts')).openCreditSale(evm);
  const open = await openPorts([port, ...Array.from({ length: surfaces - 1 + options.nodes }, () => 0)]);
  const devnet = createDevnet({
    ...options,
    ...(sale === null ? {} : { sale }),
    origins: originsAt(open.ports),
    onDown: () => void setTimeout(onDown ?? (() => undefined), answerMs),
  });
  serveOn(open, devnet, createAttendance(devnet.clock));
  return {
    devnet,
    document: devnetDocument(devnet),
    wait: () => {
      devnet.clock.waits = true;
    },
    close: async () => {
      await open.close();
      await devnet.close();
    },
  };
};
