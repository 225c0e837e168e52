import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { homeFolders } from '../../adapters/host/home.ts';
import { privateFiles } from '../../adapters/host/private-files.ts';
import { openLedger } from '../../adapters/ledger/open-ledger.ts';
import type { PageApproval, PageEnd } from '../../contract/declare/door.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { CliParts, PageServing } from '../../surfaces/cli/cli-parts.ts';
import type { World } from '../context.ts';
import { readingOf } from '../host/reading-of.ts';
import { type OpenedPage, openPage } from './open-page.ts';
import { closeSafesPages, type SafesPage, safesPage } from './safes-page.ts';

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

/** A link that is handed to the person who asked for it. */
interface Handed {
  url: string;
  /** So long it opens the page, ms since the epoch. */
  until: number;
  approvesBy: PageApproval;
  bySafe: boolean;
}

/** Says where the link is, or shows it. Returns what takes its file away again, once: what lies there later is another's. */
const hand = ({ environment }: World, { manner, announce, say }: PageServing, { url, until, approvesBy, bySafe }: Handed): (() => void) => {
  const { shown, readOnly, seen } = manner;
  const usual = join(homeFolders(environment).cache, 'dashboard', `${randomBytes(8).toString('hex')}.html`);
  const file = shown ? null : manner.file === null ? usual : resolve(manner.file);
  if (file !== null) writeOpening(file, url);
  announce({ file, until: formatInstant(until), readOnly, approvesBy, bySafe, seen });
  if (shown) say(url);
  let isThere = file !== null;
  return () => {
    if (!isThere || file === null) return;
    isThere = false;
    try {
      privateFiles().remove(file);
    } catch {
      // its link is worth nothing any more, and nothing else is kept from its end
    }
  };
};

/** Hands over a page that the safe serves on, until its link was used. */
const handOver = async (world: World, door: PageServing, page: SafesPage): Promise<PageEnd> => {
  const takeAway = hand(world, door, { ...page, bySafe: true });
  const opened = await page.opened.finally(takeAway);
  return opened ? 'handed' : door.signal.aborted ? 'told' : 'unopened';
};

/**
 * Serves the page to a browser of this machine. Resolves with why nothing more is done here. In a home that serves agents the safe does it
 * where one runs; codes stand at this call's terminal alone, so a page that takes them is this call's own.
 */
export const servePage = async (world: World, parts: Pick<CliParts, 'open'>, html: string, door: PageServing): Promise<PageEnd> => {
  const { environment, machine } = world;
  const { manner, signal } = door;
  const { readOnly, approves, about } = manner;
  if (manner.close) return closeSafesPages(world, signal);
  const ledger = openLedger({ path: homeFolders(environment).ledger, user: machine.getuid?.() ?? null, now: Date.now });
  const reading = readingOf(ledger);
  const hasAgents = (): boolean => reading((ledger) => ledger.agents().some(({ revokedAt }) => revokedAt === null));
  let takeAway = (): void => {};
  let page: OpenedPage | null = null;
  try {
    const safes = !approves && (readOnly || hasAgents()) ? await safesPage(world, manner, signal) : null;
    if (safes !== null) return await handOver(world, door, safes);
    const mark = (): string => String(reading((ledger) => ledger.version()));
    page = await openPage(parts, { ...door, about, passphraseFile: null, html, readOnly, approves, hasAgents, mark });
    takeAway = hand(world, door, { ...page, bySafe: false });
    // a file that was used opens nothing more: who opened it again would close the page
    void page.opened.then(() => takeAway());
    return await page.over;
  } finally {
    takeAway();
    await page?.close();
    ledger.close();
  }
};
