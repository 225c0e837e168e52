import { getRequestListener } from '@hono/node-server';
import { listenAtOwnSocket } from '../../adapters/safe/listen.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { CliParts, SafeServing } from '../../surfaces/cli/cli-parts.ts';
import { ownersApp } from '../../surfaces/page/owners-app.ts';
import type { Reading } from '../safe/safe-book.ts';
import { type OpenedPage, openPage } from './open-page.ts';

/** So many pages at once; the oldest makes room. */
const most = 8;

/** Where a safe's owner asks for a page: beside the socket of agents, and for the safe's own user alone. */
export const ownersSocket = (socket: string): string => `${socket}.page`;

interface Served {
  /** Of the agents. */
  socket: string;
  uid: number;
  html: string;
  reading: Reading;
  pages: NonNullable<SafeServing['manner']['pages']>;
}

/** Serves pages to the safe's owner, who asks for each by `dashboard`. Returns what ends it. */
export const startPages = async (
  parts: Pick<CliParts, 'open'>,
  door: SafeServing,
  { socket, uid, html, reading, pages: { about, approves } }: Served,
): Promise<() => Promise<unknown>> => {
  const open = new Set<OpenedPage>();
  const close = async (page: OpenedPage): Promise<void> => {
    if (open.delete(page)) await page.close();
  };
  const closeAll = async (): Promise<number> => (await Promise.all([...open].map(close))).length;
  const app = ownersApp({
    about,
    closeAll,
    every: door.every,
    async open(readOnly) {
      const [oldest] = open;
      if (open.size >= most && oldest !== undefined) await close(oldest);
      const page = await openPage(parts, {
        ...door,
        about,
        html,
        readOnly,
        approves,
        // nobody sits at a safe's terminal for agents' sake, unless it was started so
        hasAgents: () => true,
        mark: () => String(reading((ledger) => ledger.version())),
      });
      open.add(page);
      void page.over.then(() => close(page));
      return { ...page, close: () => close(page) };
    },
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = await listenAtOwnSocket(ownersSocket(socket), uid, listener).catch((thrown: unknown) => {
    if (!(thrown instanceof Failure)) throw thrown;
    const fix = human('Give a --socket with a shorter path of its own, or serve no pages: --no-dashboard.');
    throw new Failure(thrown.code, thrown.message, { ...thrown.details, fix });
  });
  return async () => {
    server.close();
    server.closeAllConnections();
    await closeAll();
  };
};
