import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many connections a safe holds at once. */
export interface ConnectionBounds {
  /** Of one token. */
  each: number;
  all: number;
  /** Who takes no byte of an answer for so long reads no more, ms. */
  unreadMs: number;
}

const usual: ConnectionBounds = { each: 16, all: 2000, unreadMs: 60_000 };

interface Held {
  socket: Socket;
  /** Whose requests have come by it; null: nobody's whom the safe knows. */
  token: string | null;
  underWay: number;
}

/** A connection by TLS and the one that it goes by are two sockets with the same far end. At a unix socket there is but one. */
const endOf = (socket: Socket): Socket | string =>
  socket.remotePort === undefined ? socket : `${socket.remoteAddress} ${socket.remotePort}`;

/**
 * Watches over the connections of all doors of a safe. Where there are too many, the oldest of nobody goes, or else the oldest on which
 * nothing is under way: who opens many, and says nothing or nothing right, keeps no agent out.
 */
export const connections = ({ each, all, unreadMs } = usual) => {
  const held = new Map<Socket | string, Held>();
  const closeOldest = (isMeant: (one: Held) => boolean): boolean => {
    const one = [...held.values()].find(isMeant);
    if (one === undefined) return false;
    held.delete(endOf(one.socket));
    one.socket.destroy();
    return true;
  };
  const isIdle = ({ underWay }: Held): boolean => underWay === 0;
  const came = (socket: Socket): void => {
    const isRoom = held.size < all || closeOldest(({ token }) => token === null) || closeOldest(isIdle);
    if (!isRoom) {
      socket.destroy();
      return;
    }
    const end = endOf(socket);
    const own: Held = { socket, token: null, underWay: 0 };
    held.set(end, own);
    socket.once('close', () => {
      if (held.get(end) === own) held.delete(end);
    });
  };
  return {
    /** How many there are now. */
    count: () => held.size,
    watch(server: Server): void {
      server.on('connection', came);
      // a call that takes its time sends nothing, and whoever waits for it does not either
      server.setTimeout(unreadMs, (socket) => {
        if ((held.get(endOf(socket))?.underWay ?? 0) === 0 || socket.writableLength > 0) socket.destroy();
      });
    },
    began({ socket }: IncomingMessage, response: ServerResponse): void {
      const own = held.get(endOf(socket));
      if (own === undefined) return;
      own.underWay += 1;
      response.once('close', () => {
        own.underWay -= 1;
      });
    },
    /** The connection is this token's from now on. False where that token has enough others, and a request is under way on each. */
    takes({ socket }: IncomingMessage, token: string): boolean {
      const own = held.get(endOf(socket));
      if (own === undefined || own.token === token) return true;
      const others = [...held.values()].filter((one) => one.token === token);
      if (others.length >= each && !closeOldest((one) => one.token === token && isIdle(one))) return false;
      own.token = token;
      return true;
    },
  };
};
