import type { Ask } from './http.ts';

/** So many requests are under way at once with one host; the next ones wait for their turn, in order. */
const mostAtOnce = 16;
/** What is posted may take a minute: reads of the same host find a place all the same. */
const mostPosts = 8;

interface Turn {
  isPost: boolean;
  go(): void;
}

interface Host {
  underWay: number;
  posts: number;
  waiting: Turn[];
}

const hasPlace = ({ underWay, posts }: Host, isPost: boolean): boolean => underWay < mostAtOnce && (!isPost || posts < mostPosts);

const begin = (host: Host, isPost: boolean): void => {
  host.underWay += 1;
  if (isPost) host.posts += 1;
};

const end = (host: Host, isPost: boolean): void => {
  host.underWay -= 1;
  if (isPost) host.posts -= 1;
  host.waiting.find((turn) => hasPlace(host, turn.isPost))?.go();
};

/** A place at the host; one who is interrupted waits no longer. */
const turnAt = async (host: Host, isPost: boolean, signals: readonly AbortSignal[]): Promise<void> => {
  if (hasPlace(host, isPost) || signals.some(({ aborted }) => aborted)) return begin(host, isPost);
  await new Promise<void>((resolve) => {
    const turn: Turn = { isPost, go };
    function go(): void {
      for (const signal of signals) signal.removeEventListener('abort', go);
      host.waiting.splice(host.waiting.indexOf(turn), 1);
      begin(host, isPost);
      resolve();
    }
    for (const signal of signals) signal.addEventListener('abort', go, { once: true });
    host.waiting.push(turn);
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
    const host = hosts.get(origin) ?? { underWay: 0, posts: 0, waiting: [] };
    hosts.set(origin, host);
    const isPost = question.method === 'POST';
    await turnAt(
      host,
      isPost,
      [outer, question.signal].filter((signal) => signal !== undefined),
    );
    try {
      return await ask(url, question);
    } finally {
      end(host, isPost);
    }
  };
};
