import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import * as z from 'zod';
import type { DevnetClock } from '../world/clock.ts';
import type { Attendance } from './attendance.ts';

/** What a connection of this kind is asked for by. */
export const attendProtocol = 'aleph-devnet-clock';

const said = z.strictObject({
  until: z.int().nullable(),
  requests: z.array(z.string()).max(10_000),
  atWork: z.boolean(),
  looksOn: z.boolean(),
});

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/**
 * One process at the clock, for as long as its connection lasts: it says in lines of JSON what it waits for and whether it does more, and is told the
 * time in lines of JSON, first `name` for its requests. Whoever says something else is cut off.
 */
export const attendSocket = (
  { headers }: IncomingMessage,
  socket: Duplex,
  { clock, attendance, name }: { clock: DevnetClock; attendance: Attendance; name: string },
): void => {
  socket.on('error', () => undefined);
  if (headers.upgrade?.toLowerCase() !== attendProtocol) {
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    return;
  }
  const tell = (more: object = {}): void => {
    if (socket.writable) socket.write(`${JSON.stringify({ now: clock.now(), rate: clock.rate, ...more })}\n`);
  };
  const attendant = attendance.enter(() => tell());
  socket.once('close', () => attendant.leave());
  const lines = createInterface({ input: socket });
  // it passes on the socket's, which is closed then and says all that there is to know
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    const parsed = said.safeParse(parse(line));
    if (parsed.success) attendant.say(parsed.data);
    else socket.destroy();
  });
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${attendProtocol}\r\n\r\n`);
  tell({ name });
};
