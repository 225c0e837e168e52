import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Connection } from './connection.ts';
import { foundWhole, walkPage, wholeUpTo } from './effect-chain.ts';
import { type Mark, newest } from './trail-mark.ts';

/** What is shorter is walked sooner than a thread has started. */
const longTrail = 20_000;

/** What a thread that walks a trail is given; it posts the mark up to which the chain is whole. */
export interface Walk {
  path: string;
  from: Mark;
}

/**
 * Walks the trail while others go on, so that little is left when the question comes; no longer than the connection is open. `walker`: the
 * program of a thread that walks a long one, since a call has more to do than to wait for the network. What fails here fails when the question
 * comes.
 */
export const walkAhead = async (connection: Connection, walker?: string): Promise<void> => {
  try {
    const from = wholeUpTo(connection);
    const isLong = (newest(connection)?.seq ?? 0) - from.seq > longTrail;
    const end = isLong && walker !== undefined && existsSync(walker) ? await walkBeside(walker, { path: connection.path, from }) : null;
    if (end !== null && connection.isOpen()) foundWhole(connection, end);
    while (connection.isOpen() && walkPage(connection)) await new Promise<void>((next) => setImmediate(next));
  } catch {
    // the question walks the same rows
  }
};

/** Up to where the chain is whole; null where the thread could not tell. It keeps no process. */
const walkBeside = (walker: string, walk: Walk): Promise<Mark | null> =>
  new Promise((resolve) => {
    const thread = new Worker(walker, { workerData: walk });
    thread.unref();
    thread.once('message', (end: Mark) => resolve(end));
    thread.once('error', () => resolve(null));
    thread.once('exit', () => resolve(null));
  });
