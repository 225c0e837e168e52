import { createServer, type Server, type Socket } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { admitKey } from './admit-key.ts';
import type { Guest } from './guest-host.ts';
import { hostKey } from './host-key.ts';
import { isAnotherUsers } from './is-another-users.ts';
import { type RunCommand, serveSession } from './serve-session.ts';

/** One guest's SSH port. */
export interface GuestServer {
  port: number;
  /** Cuts every connection. */
  disconnect(): void;
  close(): void;
}

const listen = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen({ port, host: '127.0.0.1' }, () => resolve(true));
  });

const accept = (connection: Connection, guest: Guest, run: RunCommand): void => {
  connection.on('error', () => undefined);
  connection.on('authentication', admitKey(guest.authorizedKeys));
  connection.on('session', (take) => serveSession(take(), run));
};

interface Place {
  port: number;
  /** What its host key comes from. */
  keyName: string;
  /** null: it runs no commands, and anybody may knock. */
  run: RunCommand;
}

/** Listens at this loopback port; null when the machine has given it to somebody else. How a connection is met is asked anew for each. */
export const openGuestServer = async (guest: Guest, { port, keyName, run }: Place): Promise<GuestServer | null> => {
  const serverWith = (name: string): ssh2.Server =>
    new ssh2.Server({ hostKeys: [hostKey(name)], ident: 'aleph-agent-devnet' }, (connection) => accept(connection, guest, run));
  const ssh = serverWith(keyName);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    const answer = run !== null && isAnotherUsers(socket) ? 'refused' : guest.answers();
    if (answer === 'refused') socket.resetAndDestroy();
    else if (answer === 'ssh') (guest.impostor?.() ? serverWith(`${keyName}/impostor`) : ssh).injectSocket(socket);
  });
  if (!(await listen(server, port))) return null;
  const disconnect = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    disconnect,
    close: () => {
      disconnect();
      server.close();
    },
  };
};
