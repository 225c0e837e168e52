import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createConnection } from 'node:net';
import { dirname, isAbsolute } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';

/** An agent that sends nothing holds no connection for long, ms. */
const limits = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 30_000, maxHeaderSize: 8 * 1024 } as const;

const mostConnections = 2_500;

export const bounded = (server: Server): Server => {
  server.headersTimeout = limits.headersTimeout;
  server.requestTimeout = limits.requestTimeout;
  server.keepAliveTimeout = limits.keepAliveTimeout;
  server.maxConnections = mostConnections;
  return server;
};

const taken = (path: string): Failure =>
  new Failure('SAFE_RUNNING', `Another safe listens at ${path}.`, {
    sideEffects: 'none',
    fix: human('Stop that one first, or give this one a --socket of its own.'),
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
  if (await answers(path)) throw taken(path);
  rmSync(path);
};

/** Listens at a unix socket that every user of this machine may connect to: what counts is the token. `SAFE_RUNNING`, `USAGE`. */
export const listenAtSocket = async (path: string, uid: number, listener: RequestListener): Promise<Server> => {
  await prepare(path, uid);
  const server = bounded(createServer({ maxHeaderSize: limits.maxHeaderSize }, listener));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, resolve);
  });
  chmodSync(path, 0o666);
  return server;
};
