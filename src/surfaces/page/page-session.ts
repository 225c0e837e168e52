import { setMaxListeners } from 'node:events';
import type { PageEnd } from '../../contract/declare/door.ts';
import { secretHash } from '../../domain/agents/invitation.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { PageDoor } from '../page-door.ts';

/** How long the link is good, ms. */
const linkMs = 60_000;

/** How long the page is good once it was opened, ms. */
const keyMs = 12 * 3600_000;

const refused = (message: string): Failure =>
  new Failure('PAGE_REFUSED', message, { sideEffects: 'none', fix: human('Open it anew.', 'dashboard') });

/**
 * Who may use the page: whoever opens its link first, once, within a minute. A second use means that somebody else has the link, and nobody
 * can say who came first; so it ends the session.
 */
export const pageSession = ({
  now,
  pause,
  signal,
  secret,
  usedTwice,
}: Pick<PageDoor, 'now' | 'pause' | 'signal' | 'secret' | 'usedTwice'>) => {
  const link = secret();
  const until = now() + linkMs;
  // hashes are compared, so how long that takes tells nobody the secret
  const linkHash = secretHash(link);
  /** By it a tab knows that what answers is still what it was opened by: a port may be another program's by then. */
  const proof = secret();
  let keyHash: string | null = null;
  let end: PageEnd | null = null;
  let tellOver: (end: PageEnd) => void = () => {};
  const over = new Promise<PageEnd>((resolve) => {
    tellOver = resolve;
  });
  let tellOpened: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    tellOpened = resolve;
  });
  const closing = new AbortController();
  // every stream and call under way listens: that is no leak
  setMaxListeners(0, closing.signal);
  const finish = (why: PageEnd, first: () => Promise<void> = async () => {}): Promise<void> => {
    if (end !== null) return Promise.resolve();
    end = why;
    keyHash = null;
    closing.abort(refused('This page is closed.'));
    return first().finally(() => tellOver(why));
  };
  signal.addEventListener('abort', () => void finish('told'), { once: true });
  if (signal.aborted) void finish('told');
  void pause(linkMs).then(() => {
    if (keyHash === null) void finish('unopened');
  });
  return {
    link,
    until,
    opened,
    over,
    /** Aborts as the page is closed. */
    closed: closing.signal,
    proof,
    /** Closes the page, and tells those who have it open. */
    end: () => finish('told'),
    /** The key of the page, for whoever brings the link's secret first. `PAGE_REFUSED`. */
    async open(token: string): Promise<string> {
      if (secretHash(token) !== linkHash) throw refused('There is no such link.');
      if (keyHash !== null) await finish('twice', usedTwice);
      if (end !== null) throw refused('This link was used, and its page is closed: somebody else has it, or it was opened twice.');
      if (now() >= until) throw refused('This link was good for a minute, and is too old.');
      const key = secret();
      keyHash = secretHash(key);
      tellOpened();
      void pause(keyMs).then(() => finish('old'));
      return key;
    },
    /** `PAGE_REFUSED` for any key but that of the open page. */
    admit(key: string | undefined): void {
      if (key === undefined || keyHash === null || secretHash(key) !== keyHash)
        throw refused('This page is closed, or was opened elsewhere.');
    },
  };
};

export type PageSession = ReturnType<typeof pageSession>;
