import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createConnection, type ListenOptions } from 'node:net';
import { dirname, isAbsolute } from 'node:path';
import { umask } from 'node:process';
import type { TlsPlace } from '../../domain/agents/tls-place.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';

/** What a door lets anybody do who has shown no token yet; times in ms. */
export interface Bounds {
  /** For the handshake of TLS. */
  handshakeTimeout: number;
  /** For the head of a request. */
  headersTimeout: number;
  requestTimeout: number;
  keepAliveTimeout: number;
  /** How often Node looks for those that are over the time. */
  connectionsCheckingInterval: number;
  /** Bytes. */
  maxHeaderSize: number;
  maxConnections: number;
}

/**
 * Who sends nothing holds no connection for long; a safe that is busy for seconds still reads what waits, and takes it for nobody's
 * slowness.
 */
const usual: Bounds = {
  handshakeTimeout: 30_000,
  headersTimeout: 30_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 8 * 1024,
  maxConnections: 2_500,
};

/** Listens, with as many connections at once as the bounds allow. */
const listening = async (server: Server, { maxConnections }: Bounds, at: ListenOptions): Promise<Server> => {
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, resolve);
  });
  return server;
};

const taken = (what: string, flag: string): Failure =>
  new Failure('SAFE_RUNNING', `${what} already.`, {
    sideEffects: 'none',
    fix: human(`Stop that one first, or give this one a ${flag} of its own.`),
  });

/** Does anybody listen there? A socket that a killed safe left behind answers nobody. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const unfit = (path: string, why: string): Failure =>
  new Failure('USAGE', `${path} cannot be the safe's socket: ${why}.`, { sideEffects: 'none' });

/** What an address of a unix socket has room for, bytes: longer ones cannot be listened at, or are cut short (sockaddr_un, 104 on macOS). */
const mostPath = 103;

/**
 * Makes the folder of the socket, which others may go through and not list, and takes away a socket that nobody listens at. Somebody else's
 * folder is not used: whoever owns it could put another socket in the place of this one.
 */
const prepare = async (path: string, uid: number): Promise<void> => {
  if (!isAbsolute(path)) throw unfit(path, 'its path does not begin at the root');
  if (Buffer.byteLength(path) > mostPath) throw unfit(path, `a path of a socket has at most ${mostPath} bytes`);
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid) throw unfit(path, `its folder belongs to another user, or is no folder`);
  if ((found.mode & 0o022) !== 0) throw unfit(path, 'others may write into its folder');
  const old = lstatSync(path, { throwIfNoEntry: false });
  if (old === undefined) return;
  if (!old.isSocket()) throw unfit(path, 'something else lies there');
  if (await answers(path)) throw taken(`A safe listens at ${path}`, '--socket');
  rmSync(path);
};

/** Listens at a unix socket that every user of this machine may connect to: what counts is the token. `SAFE_RUNNING`, `USAGE`. */
export const listenAtSocket = async (path: string, uid: number, listener: RequestListener, bounds = usual): Promise<Server> => {
  await prepare(path, uid);
  const server = await listening(createServer({ ...bounds }, listener), bounds, { path });
  chmodSync(path, 0o666);
  return server;
};

/** Listens at a unix socket that this user alone may connect to. `SAFE_RUNNING`, `USAGE`. */
export const listenAtOwnSocket = async (path: string, uid: number, listener: RequestListener, bounds = usual): Promise<Server> => {
  await prepare(path, uid);
  // Node makes the socket before it returns, with the mode of that moment: at no time may others connect
  const before = umask(0o177);
  const server = listening(createServer({ ...bounds }, listener), bounds, { path });
  umask(before);
  return server;
};

/** Listens at a port of this machine's own that is drawn by chance, for a browser here; every user of this machine may connect to it. */
export const listenOnLoopback = async (listener: RequestListener, bounds = usual): Promise<{ server: Server; host: string }> => {
  const server = await listening(createServer({ ...bounds }, listener), bounds, { host: '127.0.0.1', port: 0 });
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/** What a safe shows to whoever comes by TLS. */
export interface Certified {
  /** PEM: the certificate, then those that vouch for it. */
  cert: string;
  key: string;
  /** By what agents know it; null where they check name and chain. */
  pin: string | null;
}

export interface TlsDoor {
  server: Server;
  /** The port that was asked for, or the one that came of 0. */
  port: number;
  /** Shows another certificate to whoever comes from now on. */
  show(certified: Certified): void;
}

const secured = ({ cert, key }: Certified) => ({ cert, key, minVersion: 'TLSv1.3' }) as const;

/** Why nothing can listen there: `SAFE_RUNNING` where something does already, `USAGE` where the address is none of this machine's. */
const cannotListen = (thrown: NodeJS.ErrnoException, { host, port }: TlsPlace): Failure => {
  if (thrown.code === 'EADDRINUSE') return taken(`Something listens at ${host}, port ${port},`, '--listen');
  return new Failure('USAGE', `--listen is not right: nothing can listen at ${host}, port ${port} (${thrown.code}).`, {
    sideEffects: 'none',
    fix: human('Name an address of this machine, and a port from 1024 on: those below are root’s.'),
    cause: thrown,
  });
};

/** Listens by TLS 1.3, on loopback too. `SAFE_RUNNING`, `USAGE`. */
export const listenByTls = async (place: TlsPlace, certified: Certified, listener: RequestListener, bounds = usual): Promise<TlsDoor> => {
  const options = { ...bounds, ...secured(certified) };
  const secure = createTlsServer(options, listener);
  const server = await listening(secure, bounds, place).catch((thrown: NodeJS.ErrnoException) => {
    throw cannotListen(thrown, place);
  });
  const { port } = server.address() as AddressInfo;
  return { server, port, show: (other) => secure.setSecureContext(secured(other)) };
};
