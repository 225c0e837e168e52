import { Failure } from '../../../domain/failure/failure.ts';
import type { Clock } from '../../../ports/clock.ts';

export interface Question {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Until the whole body is here, real ms. */
  timeoutMs?: number;
  /** Until the status line is here, real ms; never more than `timeoutMs`. */
  connectMs?: number;
  limitBytes?: number;
  signal?: AbortSignal;
}

/**
 * What a peer answered, or that it did not. `tooLarge` and a cut body count as no answer: nothing of them is used. `unconnected`: there was no
 * connection, so that no byte of the question left.
 */
export type Answer =
  | { answered: true; status: number; text: string; headers: Headers }
  | { answered: false; why: 'timeout' | 'unreachable' | 'unconnected' | 'tooLarge' };

export type Ask = (url: string, question?: Question) => Promise<Answer>;

export const kib = 1024;
export const mib = 1024 * kib;

/** What a call fails with that its caller ends. */
export const interrupted = (signal: AbortSignal): Failure =>
  signal.reason instanceof Failure ? signal.reason : new Failure('INTERRUPTED', 'The call was interrupted while the network was asked.');

/**
 * Asks one URL once. Every answer is bounded in time and size, redirects are refused, and nothing is thrown for a peer that
 * misbehaves. Timeouts are of the real clock, because they bound sockets, not waiting; of `bounds` where peers live by that clock alone.
 * `INTERRUPTED` when the caller aborts.
 */
export const askWith =
  (fetch: typeof globalThis.fetch, outer?: AbortSignal, bounds?: Clock): Ask =>
  async (url, { method = 'GET', headers = {}, body, timeoutMs = 12_000, connectMs = 8_000, limitBytes = 256 * kib, signal } = {}) => {
    const callers = [outer, signal].filter((one) => one !== undefined);
    for (const caller of callers) if (caller.aborted) throw interrupted(caller);
    const controller = new AbortController();
    let why: 'timeout' | 'tooLarge' | 'interrupted' | null = null;
    const stop = (reason: 'timeout' | 'tooLarge' | 'interrupted') => () => {
      why ??= reason;
      controller.abort();
    };
    // A fetch or body that ignores its signal must not hold us either, hence the race.
    const stopped = new Promise<never>((_resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
    });
    stopped.catch(() => {});
    const onAbort = stop('interrupted');
    for (const caller of callers) caller.addEventListener('abort', onAbort, { once: true });
    const total = after(timeoutMs, stop('timeout'), bounds);
    const connect = after(Math.min(connectMs, timeoutMs), stop('timeout'), bounds);
    try {
      const request: RequestInit = { method, headers, redirect: 'error', signal: controller.signal };
      if (body !== undefined) request.body = body;
      const response = await Promise.race([fetch(url, request), stopped]);
      connect();
      const text = await bodyText(response, limitBytes, stopped, stop('tooLarge'));
      return { answered: true, status: response.status, text, headers: response.headers };
    } catch (thrown) {
      if (why === 'interrupted') throw interrupted(callers.find((caller) => caller.aborted)!);
      return { answered: false, why: why ?? (isUnconnected(thrown) ? 'unconnected' : 'unreachable') };
    } finally {
      total();
      connect();
      for (const caller of callers) caller.removeEventListener('abort', onAbort);
    }
  };

/** What Node says of a name without an address, and of an address where nobody takes a connection. */
const beforeConnecting: readonly unknown[] = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'];
/** A connection that stands may end with the same codes, after bytes have left. */
const connecting: readonly unknown[] = ['connect', 'getaddrinfo'];

const isUnconnected = (thrown: unknown): boolean => thrown instanceof Error && endedBefore(thrown.cause);

const endedBefore = (cause: unknown): boolean => {
  if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(endedBefore);
  const { code, syscall } = (cause ?? {}) as { code?: unknown; syscall?: unknown };
  return beforeConnecting.includes(code) && connecting.includes(syscall);
};

/** How long a host is waited for before another is asked too: by what bounds sockets, as the machine's clock may be turned meanwhile. */
export interface Patience {
  now(): number;
  /** Does it so many ms on, unless what this returns is called before. */
  after(ms: number, task: () => void): () => void;
}

export const patienceOf = (bounds?: Clock): Patience => ({
  now: () => bounds?.now() ?? performance.now(),
  // an answer may be here that a busy process has not come to read
  after: (ms, task) => after(ms, bounds === undefined ? () => void setImmediate(task) : task, bounds),
});

/** Does it so many ms on, unless what this returns is called before. */
const after = (ms: number, task: () => void, clock?: Clock): (() => void) => {
  if (clock === undefined) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  }
  const off = new AbortController();
  clock.wait(ms, off.signal).then(task, () => {});
  // a reason is given because the usual one is an error that is made, with its stack, for each request
  return () => off.abort('over');
};

const bodyText = async (response: Response, limitBytes: number, stopped: Promise<never>, tooLarge: () => void): Promise<string> => {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), stopped]);
      if (done) return new TextDecoder().decode(Buffer.concat(chunks));
      size += value.byteLength;
      if (size > limitBytes) {
        tooLarge();
        throw new RangeError('more than asked for');
      }
      chunks.push(value);
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
};
