import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ServedSafe } from './served-safe.ts';

export type Door = 'socket' | 'TLS';

/** A door of a safe, at which bytes are written as no client of ours would. */
export interface RawDoor {
  /** As what requests address it. */
  host: string;
  open(): Promise<Socket>;
  /** Writes this and resolves with all that comes until the safe closes. */
  say(...parts: readonly (string | Uint8Array)[]): Promise<string>;
  /** The same on a connection that is told to be closed after one answer: a whole request, from its first line and headers to its body. */
  ask(line: string, headers?: Readonly<Record<string, string>>, body?: string | Uint8Array): Promise<string>;
}

export const rawDoor = (safe: ServedSafe, door: Door): RawDoor => {
  const url = door === 'TLS' ? new URL(safe.tls!.url) : null;
  const host = url?.host ?? 'safe';
  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket =
        url === null
          ? connect(safe.socket)
          : connectTls({ host: url.hostname, port: Number(url.port), rejectUnauthorized: false, minVersion: 'TLSv1.3' });
      socket.once(url === null ? 'connect' : 'secureConnect', () => {
        socket.off('error', reject).on('error', () => {});
        resolve(socket);
      });
      socket.once('error', reject);
    });
  const say: RawDoor['say'] = async (...parts) => {
    const socket = await open();
    const heard = new Promise<string>((resolve) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      socket.once('close', () => resolve(text));
    });
    // in one piece: who goes on writing after the answer may lose it
    socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
    return heard;
  };
  const ask: RawDoor['ask'] = (line, headers = {}, body = '') => {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const all = { host, connection: 'close', ...(length === 0 ? {} : { 'content-length': `${length}` }), ...headers };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return say(`${line} HTTP/1.1\r\n${head.join('')}\r\n`, body);
  };
  return { host, open, say, ask };
};

/** The most memory that a process has had so far, MiB, by Linux. */
export const mostMemory = (pid: number): number => {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
};
