import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { Clock } from '../../ports/clock.ts';
import { devnetAnswersWithinMs } from '../../ports/host/devnets.ts';
import { followRequests } from './requests-under-way.ts';
import { settled } from './settled.ts';

const told = z.object({ now: z.number(), rate: z.number().min(0), name: z.string().optional() });

/** Most answers come at once: only what takes longer is told of. Real ms. */
const answerMs = 10;

/** The clock of a devnet that waits for those who live by it. */
export interface AttendingClock extends Clock {
  /** Whatever is done beside waiting and asking the network, at a guest or at this machine: the clock stands still until it is over. */
  working<Value>(work: Promise<Value>): Promise<Value>;
  /** Lives by it no more. */
  leave(): void;
}

interface Wait {
  until: number;
  looksOn: boolean;
  come: () => void;
  fail: (reason: unknown) => void;
}

const connect = (control: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const asked = request(new URL('/clock', control), { headers: { connection: 'upgrade', upgrade: 'aleph-devnet-clock' } });
    asked.once('upgrade', (_answer: IncomingMessage, socket: Socket, head: Buffer) => {
      // the first words may come with the answer
      if (head.length > 0) socket.unshift(head);
      socket.setTimeout(0);
      resolve(socket);
    });
    asked.once('response', (answer) => reject(new Error(`status ${answer.statusCode}`)));
    asked.once('error', reject);
    asked.setTimeout(devnetAnswersWithinMs, () => asked.destroy(new Error('no answer in time')));
    asked.end();
  });

/**
 * Lives by the clock of a devnet that jumps: tells it when this process has nothing to do but wait, and for what, and is told the time
 * when that has come. The connection is the process's presence there: a process that dies holds nobody up. `gone` makes the failure of
 * waits whose devnet went away.
 */
export const attendingClock = async (control: string, gone: (cause: unknown) => Error): Promise<AttendingClock> => {
  const socket = await connect(control).catch((thrown: unknown) => {
    throw gone(thrown);
  });
  const waits = new Set<Wait>();
  let base = { now: 0, rate: 0, readAt: performance.now() };
  let newest = 0;
  let works = 0;
  let said: { until: number | null; atWork: boolean } = { until: null, atWork: true };
  let checks = 0;
  let ended: Error | null = null;

  const say = (atWork: boolean): void => {
    const until = waits.size === 0 ? null : Math.ceil(Math.min(...[...waits].map((wait) => wait.until)));
    if (atWork && said.atWork && said.until === until) return;
    said = { until, atWork };
    const underWay = atWork ? [] : requests.underWay();
    const looksOn = !atWork && underWay.length === 0 && [...waits].every((wait) => wait.looksOn);
    if (socket.writable) socket.write(`${JSON.stringify({ ...said, requests: underWay, looksOn })}\n`);
  };

  /** Something began or ended: the devnet hears that there is work, and once there is none, that all this waits for is time and answers. */
  const changed = (): void => {
    say(true);
    checks += 1;
    void check(checks);
  };

  const check = async (number: number): Promise<void> => {
    const idle = (): boolean => number === checks && works === 0 && waits.size + requests.underWay().length > 0;
    if (!idle()) return;
    await settled(requests.underWay().length > 0 ? answerMs : 0, idle);
    if (idle()) say(false);
  };

  const now = (): number => {
    newest = Math.max(newest, Math.floor(base.now + (performance.now() - base.readAt) * base.rate));
    return newest;
  };

  const tell = (at: number, rate: number): void => {
    base = { now: at, rate, readAt: performance.now() };
    for (const wait of [...waits].sort((a, b) => a.until - b.until)) if (wait.until <= now()) wait.come();
    changed();
  };

  const name = await new Promise<string>((resolve, reject) => {
    const over = (): void => {
      ended = gone(new Error('its connection ended'));
      reject(ended);
      for (const wait of waits) wait.fail(ended);
    };
    socket.on('error', over).on('close', over);
    const lines = createInterface({ input: socket });
    lines.on('error', over);
    lines.on('line', (line) => {
      const time = told.parse(JSON.parse(line));
      if (time.name === undefined) {
        // told because it asked: whoever is told has work again
        said = { until: null, atWork: true };
        return tell(time.now, time.rate);
      }
      base = { now: time.now, rate: time.rate, readAt: performance.now() };
      resolve(time.name);
    });
  });
  const requests = followRequests(new URL(control).hostname, name, { change: changed, time: (at) => tell(at, base.rate) });
  socket.once('close', requests.close);

  return {
    now,
    wait: (ms, signal, as) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (ended !== null) return reject(ended);
        const until = now() + ms;
        if (until <= now()) return resolve();
        const over = (act: () => void): void => {
          waits.delete(wait);
          signal?.removeEventListener('abort', abort);
          act();
          changed();
        };
        const wait: Wait = { until, looksOn: as === 'looking on', come: () => over(resolve), fail: (reason) => over(() => reject(reason)) };
        const abort = (): void => over(() => reject(signal?.reason));
        signal?.addEventListener('abort', abort, { once: true });
        waits.add(wait);
        changed();
      }),
    async working(work) {
      works += 1;
      changed();
      try {
        return await work;
      } finally {
        works -= 1;
        changed();
      }
    },
    leave: () => void socket.destroy(),
  };
};
