import type { Ask } from './http.ts';

/** So many requests are under way at once with one host; the next ones wait for their turn, in order. */
const mostAtOnce = 16;

interface Host {
  underWay: number;
  waiting: (() => void)[];
}

/** A place at the host, and what gives it back; one who is interrupted waits no longer. */
const turnAt = async (host: Host, signals: readonly AbortSignal[]): Promise<void> => {
  if (host.underWay < mostAtOnce || signals.some(({ aborted }) => aborted)) {
    host.underWay += 1;
    return;
  }
  await new Promise<void>((resolve) => {
    const go = (): void => {
      for (const signal of signals) signal.removeEventListener('abort', leave);
      host.underWay += 1;
      resolve();
    };
    const leave = (): void => {
      host.waiting.splice(host.waiting.indexOf(go), 1);
      go();
    };
    for (const signal of signals) signal.addEventListener('abort', leave, { once: true });
    host.waiting.push(go);
  });
};

/**
 * Asks no host more than 16 things at once, whatever is done side by side: a thousand VMs are no reason to flood it, and hosts refuse those that
 * do. A question's own time begins with its turn.
 */
export const atMostAtOnce = (ask: Ask, outer?: AbortSignal): Ask => {
  const hosts = new Map<string, Host>();
  return async (url, question = {}) => {
    const { origin } = new URL(url);
    const host = hosts.get(origin) ?? { underWay: 0, waiting: [] };
    hosts.set(origin, host);
    await turnAt(
      host,
      [outer, question.signal].filter((signal) => signal !== undefined),
    );
    try {
      return await ask(url, question);
    } finally {
      host.underWay -= 1;
      if (host.underWay < mostAtOnce) host.waiting.shift()?.();
    }
  };
};
