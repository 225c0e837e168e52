import { createServer, type Server, type Socket } from 'node:net';

export interface OpenPorts {
  /** In the order asked for. */
  ports: number[];
  /** Which of them a socket came in by; null for another's. */
  indexOf(socket: Socket): number | null;
  /** From now on connections go here; until then they wait. */
  serve(connection: (socket: Socket, index: number) => void): void;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => resolve());
  });

const shut = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Listens on loopback at these ports, 0 for any. Nobody is answered before `serve`, so that a network can be built knowing its own addresses. */
export const openPorts = async (wanted: readonly number[]): Promise<OpenPorts> => {
  const sockets = new Map<Socket, number>();
  const early: [Socket, number][] = [];
  let connect = (socket: Socket, index: number): void => void early.push([socket, index]);
  const servers = wanted.map((_, index) =>
    createServer((socket) => {
      sockets.set(socket, index);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
      connect(socket, index);
    }),
  );
  const close = async (): Promise<void> => {
    const closing = servers.filter((server) => server.listening).map(shut);
    for (const socket of sockets.keys()) socket.destroy();
    await Promise.all(closing);
  };
  try {
    await Promise.all(servers.map((server, index) => listen(server, wanted[index] ?? 0)));
  } catch (error) {
    await close();
    throw error;
  }
  const portOf = (server: Server): number => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  return {
    ports: servers.map(portOf),
    indexOf: (socket) => sockets.get(socket) ?? null,
    serve: (connection) => {
      connect = connection;
      for (const [socket, index] of early.splice(0)) connection(socket, index);
    },
    close,
  };
};
