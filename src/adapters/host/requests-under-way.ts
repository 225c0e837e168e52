import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** A request as undici tells of it; of this much we make use. */
interface Request {
  origin: string | URL;
  addHeader(name: string, value: string): unknown;
}

interface Told {
  request: Request;
  response?: { headers: readonly Uint8Array[] };
}

/** The names of this process's requests: several clocks in one process follow all of them, and the devnet hears one name of each. */
const names = new WeakMap<Request, string>();

const headerOf = (headers: readonly Uint8Array[], name: string): string | null => {
  const text = headers.map((bytes) => Buffer.from(bytes).toString('latin1'));
  const at = text.findIndex((word, index) => index % 2 === 0 && word.toLowerCase() === name);
  return at < 0 ? null : (text[at + 1] ?? null);
};

const hostOf = (origin: string | URL): string => new URL(origin).hostname;

/**
 * Follows every request of this process from its start until all of its answer is here. What goes to `host` carries a name; requests to
 * elsewhere count as well, by names that nobody answers to. Answers tell the time before anybody sees them.
 */
export const followRequests = (
  host: string,
  name: string,
  on: { change: () => void; time: (now: number) => void },
): { underWay: () => string[]; close: () => void } => {
  const open = new Map<Request, string>();
  let count = 0;
  const begun = (message: unknown): void => {
    const { request } = message as Told;
    count += 1;
    if (hostOf(request.origin) === host) {
      const known = names.get(request) ?? `${name}-${count}`;
      if (!names.has(request)) request.addHeader('devnet-request', known);
      names.set(request, known);
      open.set(request, known);
    } else {
      open.set(request, `elsewhere-${name}-${count}`);
    }
    on.change();
  };
  const answered = (message: unknown): void => {
    const { request, response } = message as Told;
    const now = open.has(request) && response !== undefined ? headerOf(response.headers, 'devnet-time') : null;
    if (now !== null && /^\d{1,15}$/.test(now)) on.time(Number(now));
  };
  const ended = (message: unknown): void => {
    if (open.delete((message as Told).request)) on.change();
  };
  const channels = [
    ['undici:request:create', begun],
    ['undici:request:headers', answered],
    ['undici:request:trailers', ended],
    ['undici:request:error', ended],
  ] as const;
  for (const [channel, listener] of channels) subscribe(channel, listener);
  return {
    underWay: () => [...open.values()],
    close: () => {
      for (const [channel, listener] of channels) unsubscribe(channel, listener);
    },
  };
};
