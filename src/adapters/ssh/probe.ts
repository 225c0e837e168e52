import { connect } from 'node:net';
import type { SshEndpoint } from '../../domain/ledger/vm-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Shell } from '../../ports/shell.ts';

type Found = Awaited<ReturnType<Shell['probe']>>;

/** RFC 4253 §4.2 lets a server say other lines first; more than this is no SSH server's greeting. */
const greetingLimit = 4096;

/** Connects and reads the banner, as `Shell.probe` says. Sends nothing. */
export const probe = ({ host, port }: Pick<SshEndpoint, 'host' | 'port'>, timeoutMs: number, clock: Clock): Promise<Found> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const over = new AbortController();
    let connected = false;
    let greeting = '';
    const end = (found: Found): void => {
      over.abort();
      socket.destroy();
      resolve(found);
    };
    socket.on('connect', () => {
      connected = true;
    });
    socket.on('data', (chunk: Buffer) => {
      greeting += chunk.toString('latin1');
      if (/^SSH-/m.test(greeting)) end('ssh');
      else if (greeting.length > greetingLimit) end('silent');
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(connected ? 'silent' : error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable'),
    );
    socket.on('close', () => end(connected ? 'silent' : 'unreachable'));
    clock.wait(timeoutMs, over.signal).then(
      () => end(connected ? 'silent' : 'unreachable'),
      () => undefined,
    );
  });
