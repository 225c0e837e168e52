import { getRequestListener } from '@hono/node-server';
import { listenAtOwnSocket } from '../../adapters/safe/listen.ts';
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
  const app = ownersApp({
    about,
    every: door.every,
    async open(readOnly) {
      const [oldest] = open;
      if (open.size >= most && oldest !== undefined) await close(oldest);
      const page = await openPage(parts, {
        ...door,
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
  const server = await listenAtOwnSocket(ownersSocket(socket), uid, getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  return async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all([...open].map(close));
  };
};
