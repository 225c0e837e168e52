import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { connections } from '../../adapters/safe/connections.ts';
import { listenOnLoopback } from '../../adapters/safe/listen.ts';
import type { PageAbout, PageApproval } from '../../contract/declare/door.ts';
import { alertOpenedTwice } from '../../lifecycle/alerts/page-opened-twice.ts';
import type { CliParts } from '../../surfaces/cli/cli-parts.ts';
import { pageApp } from '../../surfaces/page/page-app.ts';
import type { PageDoor, ServedPage } from '../../surfaces/page-door.ts';
import { inContext } from '../host/in-context.ts';
import { hasApprover } from './has-approver.ts';

/** Those of the page's tabs, and of whoever else on this machine connects; the oldest of nobody goes first. */
const bounds = { each: 64, all: 256, unreadMs: 60_000 };

/** How long answers under way have to go out, ms. */
const graceMs = 500;

interface Opening extends Omit<PageDoor, 'secret' | 'code' | 'usedTwice' | 'hasApprover'> {
  about: PageAbout;
  /** Where the passphrase of its keys is read; null where they have none. */
  passphraseFile: string | null;
}

/** A page that a browser of this machine can open. */
export interface OpenedPage extends Pick<ServedPage, 'until' | 'opened' | 'over'> {
  /** With the link behind its `#`. */
  url: string;
  approvesBy: PageApproval;
  /** Serves it no more, once answers under way have gone out. */
  close(): Promise<void>;
}

const listenerOf = (page: () => ServedPage, host: () => string) => {
  const held = connections(bounds);
  const answer = getRequestListener(
    (request, env) => {
      const incoming = env.incoming as IncomingMessage;
      return page().answer(request, { host: host(), admitted: () => held.takes(incoming, 'page') });
    },
    { overrideGlobalObjects: false },
  );
  const listener: Parameters<typeof listenOnLoopback>[0] = (incoming, outgoing) => {
    held.began(incoming, outgoing);
    // a target with a host of its own is for a proxy, and there is none here
    if (!/^\/(?!\/)/.test(incoming.url ?? '')) incoming.url = '/elsewhere';
    void answer(incoming, outgoing);
  };
  return { held, listener };
};

/** Serves a page on a port of loopback that is drawn by chance, until it is closed. */
export const openPage = async (parts: Pick<CliParts, 'open'>, door: Opening): Promise<OpenedPage> => {
  const { signal, about, passphraseFile } = door;
  let host = '';
  const made: { page: ServedPage | null } = { page: null };
  const { held, listener } = listenerOf(
    () => made.page!,
    () => host,
  );
  const { server, host: listening } = await listenOnLoopback(listener);
  host = listening;
  held.watch(server);
  const page = pageApp({
    ...door,
    hasApprover: () => hasApprover(parts, { signal, passphraseFile }, about),
    call: (order, around) => door.call(order, { ...around, about }),
    secret: () => randomBytes(32).toString('base64url'),
    code: () => String(randomInt(1_000_000)).padStart(6, '0'),
    usedTwice: () =>
      inContext(parts, { signal, passphraseFile }, about.network, alertOpenedTwice).catch((thrown: unknown) =>
        door.say(`No alert of it went out: ${thrown instanceof Error ? thrown.message : String(thrown)}`),
      ),
  });
  made.page = page;
  return {
    url: `http://${host}/#${page.link}`,
    until: page.until,
    opened: page.opened,
    over: page.over,
    approvesBy: await page.approvesBy(),
    async close() {
      await page.end();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      await Promise.race([closed, new Promise((done) => setTimeout(done, graceMs).unref())]);
      server.closeAllConnections();
    },
  };
};
