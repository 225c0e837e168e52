import { readFileSync } from 'node:fs';

/** A connection on loopback, from the side that took it. */
export interface Taken {
  localPort?: number | undefined;
  remotePort?: number | undefined;
}

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** 127.0.0.1 as the kernel writes it, of IPv4 and of IPv6 sockets. */
const loopback = /^(0100007F|0{16}FFFF00000100007F)$/;

const rowsOf = (table: string): string[][] | null => {
  try {
    const [, ...lines] = readFileSync(table, 'utf8').split('\n');
    return lines.map((line) => line.trim().split(/\s+/));
  } catch {
    return null;
  }
};

/** The user whose socket is at the other end, by the kernel's tables; null where there is none, undefined where this system has no such tables. */
const userAtOtherEnd = ({ localPort = 0, remotePort = 0 }: Taken): number | null | undefined => {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(rowsOf);
  if (tables.every((rows) => rows === null)) return undefined;
  const isEnd = (end: string | undefined, port: number): boolean => {
    const [address = '', at = ''] = (end ?? '').split(':');
    return loopback.test(address) && at === hex(port);
  };
  const row = tables.flatMap((rows) => rows ?? []).find(([, own, other]) => isEnd(own, remotePort) && isEnd(other, localPort));
  return row === undefined ? null : Number(row[7]);
};

/**
 * Tells whether a connection to a guest that runs commands as this user comes from another user of this machine, who must not get in whatever
 * key he shows; root may be anybody. Where the system does not tell, the secret keys of the accounts alone keep him out.
 */
export const isAnotherUsers = (socket: Taken): boolean => {
  const user = userAtOtherEnd(socket);
  return user !== undefined && user !== 0 && user !== process.getuid?.();
};
