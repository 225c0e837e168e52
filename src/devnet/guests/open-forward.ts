import { connect, createServer, type Socket } from 'node:net';
import type { Guest } from './guest-host.ts';

export interface OpenForward {
  /** The VM's item hash. */
  guest: string;
  close(): void;
}

/** Carries TCP from a host port on loopback to a port on loopback; null when the machine has given the host port to somebody else. */
export const openForward = async (
  guest: Pick<Guest, 'hash' | 'answers'>,
  guestPort: number,
  hostPort: number,
): Promise<OpenForward | null> => {
  const sockets = new Set<Socket>();
  const kept = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    kept(socket);
    if (guest.answers() === 'refused') return void socket.resetAndDestroy();
    const inside = kept(connect({ port: guestPort, host: '127.0.0.1' }));
    inside.once('error', () => socket.resetAndDestroy());
    socket.once('error', () => inside.destroy());
    socket.pipe(inside).pipe(socket);
  });
  const listens = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen({ port: hostPort, host: '127.0.0.1' }, () => resolve(true));
  });
  if (!listens) return null;
  return {
    guest: guest.hash,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
