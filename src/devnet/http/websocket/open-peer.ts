import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { decodeFrame, encodeFrame, type Frame, opcodes } from './frames.ts';

/** A client at the other end of a websocket. */
export interface Peer {
  send(text: string): void;
  /** Ends the connection in order. */
  close(): void;
  /** Resolves with the next text that the client sends; null once it has gone. */
  receive(): Promise<string | null>;
  /** Calls this once, when the connection is over. */
  onClose(listener: () => void): void;
}

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const protocolError = 1002;
const normal = 1000;

/** Answers the handshake of RFC 6455 with this key and takes the socket over. */
export const openPeer = (socket: Duplex, key: string, head: Buffer): Peer => {
  const accept = createHash('sha1').update(`${key}${magic}`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  const texts: string[] = [];
  const readers: ((text: string | null) => void)[] = [];
  let open = true;
  let rest: Buffer = head;
  let parts: Buffer[] = [];

  const write = (opcode: number, payload: Uint8Array): void => {
    if (socket.writable) socket.write(encodeFrame(opcode, payload));
  };
  const end = (code: number): void => {
    if (!open) return;
    open = false;
    const reason = Buffer.alloc(2);
    reason.writeUInt16BE(code);
    write(opcodes.close, reason);
    socket.end();
  };
  const deliver = (text: string): void => {
    const reader = readers.shift();
    if (reader === undefined) texts.push(text);
    else reader(text);
  };
  const take = ({ final, opcode, payload }: Frame): void => {
    if (opcode === opcodes.close) end(normal);
    else if (opcode === opcodes.ping) write(opcodes.pong, payload);
    else if (opcode <= opcodes.binary) {
      parts.push(payload);
      if (!final) return;
      const text = Buffer.concat(parts).toString('utf8');
      parts = [];
      deliver(text);
    }
  };
  const read = (): void => {
    try {
      for (let found = decodeFrame(rest); open && found !== null; found = decodeFrame(rest)) {
        rest = rest.subarray(found.taken);
        take(found.frame);
      }
    } catch {
      end(protocolError);
    }
  };

  socket.on('error', () => undefined);
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    read();
  });
  socket.once('close', () => {
    open = false;
    for (const reader of readers.splice(0)) reader(null);
  });
  read();
  return {
    send: (text) => {
      if (open) write(opcodes.text, Buffer.from(text));
    },
    close: () => end(normal),
    receive: () =>
      new Promise((resolve) => {
        const text = texts.shift();
        if (text !== undefined) resolve(text);
        else if (socket.closed) resolve(null);
        else readers.push(resolve);
      }),
    onClose: (listener) => void socket.once('close', listener),
  };
};
