import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { homeFolders } from '../../adapters/host/home.ts';
import { privateFiles } from '../../adapters/host/private-files.ts';
import { openLedger } from '../../adapters/ledger/open-ledger.ts';
import { connections } from '../../adapters/safe/connections.ts';
import { listenOnLoopback } from '../../adapters/safe/listen.ts';
import type { PageEnd } from '../../contract/declare/door.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { alertOpenedTwice } from '../../lifecycle/alerts/page-opened-twice.ts';
import type { CliParts, PageServing } from '../../surfaces/cli/cli-parts.ts';
import { pageApp } from '../../surfaces/page/page-app.ts';
import type { ServedPage } from '../../surfaces/page-door.ts';
import type { World } from '../context.ts';
import { inContext } from '../host/in-context.ts';
import { readingOf } from '../host/reading-of.ts';

/** Those of the page's tabs, and of whoever else on this machine connects; the oldest of nobody goes first. */
const bounds = { each: 64, all: 256, unreadMs: 60_000 };

/** How long answers under way have to go out, ms. */
const graceMs = 500;

/** The file that opens the page: a link in argv, or in the terminal's history, could be read by others. */
const openingFile = (url: string): string => `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${url}">
<title>aleph-agent</title>
<p>This opens the dashboard, once.</p>
`;

/** Makes the file, for this user alone. `USAGE` where something is there already. */
const writeOpening = (path: string, url: string): void => {
  if (privateFiles().create(path, openingFile(url))) return;
  throw new Failure('USAGE', `--file "${path}" is there already, and nothing is overwritten.`, {
    sideEffects: 'none',
    fix: agent('Name a file that is not there yet.', 'dashboard', { help: true }),
  });
};

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

/** Serves the page on a port of loopback that is drawn by chance. Resolves with why it is served no more. */
export const servePage = async (world: World, parts: Pick<CliParts, 'open'>, html: string, door: PageServing): Promise<PageEnd> => {
  const { manner, signal, network } = door;
  const { environment, machine } = world;
  const ledger = openLedger({ path: homeFolders(environment).ledger, user: machine.getuid?.() ?? null, now: Date.now });
  const reading = readingOf(ledger);
  const hasAgents = (): boolean => reading((ledger) => ledger.agents().some(({ revokedAt }) => revokedAt === null));
  let host = '';
  const made: { page: ServedPage | null } = { page: null };
  const { held, listener } = listenerOf(
    () => made.page!,
    () => host,
  );
  const listening = await listenOnLoopback(listener);
  host = listening.host;
  held.watch(listening.server);
  const page = pageApp({
    ...door,
    html,
    readOnly: manner.readOnly,
    secret: () => randomBytes(32).toString('base64url'),
    code: () => String(randomInt(1_000_000)).padStart(6, '0'),
    mark: () => String(reading((ledger) => ledger.version())),
    approves: manner.approves,
    hasAgents,
    usedTwice: () =>
      inContext(parts, { signal, passphraseFile: null }, network, alertOpenedTwice).catch((thrown: unknown) =>
        door.say(`No alert of it went out: ${thrown instanceof Error ? thrown.message : String(thrown)}`),
      ),
  });
  made.page = page;
  const usual = join(homeFolders(environment).cache, 'dashboard', `${randomBytes(8).toString('hex')}.html`);
  const file = manner.file === null ? usual : resolve(manner.file);
  const url = `http://${host}/#${page.link}`;
  /** Once: what lies there later is another's. That it cannot be removed keeps nothing else from its end. */
  let remove = (): void => {};
  try {
    if (!manner.shown) {
      writeOpening(file, url);
      remove = () => {
        remove = () => {};
        try {
          privateFiles().remove(file);
        } catch {
          // its link is worth nothing any more
        }
      };
    }
    // a file that was used opens nothing more: who opened it again would close the page
    void page.opened.then(() => remove());
    const { readOnly, seen } = manner;
    const approvesBy = readOnly ? null : manner.approves || !hasAgents() ? 'code' : 'signature';
    door.announce({ file: manner.shown ? null : file, until: formatInstant(page.until), readOnly, approvesBy, seen });
    if (manner.shown) door.say(url);
    return await page.over;
  } finally {
    remove();
    const { server } = listening;
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeIdleConnections();
    await Promise.race([closed, new Promise((done) => setTimeout(done, graceMs).unref())]);
    server.closeAllConnections();
    ledger.close();
  }
};
