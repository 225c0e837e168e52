import { userInfo } from 'node:os';
import { homeFolders } from '../../adapters/host/home.ts';
import { privateFiles } from '../../adapters/host/private-files.ts';
import { safeAddresses } from '../../adapters/safe/safe-address.ts';
import { linesOf } from '../../adapters/safe/safe-client.ts';
import { sendAtSocket } from '../../adapters/safe/send-at-socket.ts';
import type { PageManner } from '../../contract/declare/door.ts';
import type { OwnersPage } from '../../surfaces/page-door.ts';
import type { World } from '../context.ts';
import { ownersSocket } from './pages-at-safe.ts';

/** A page that the safe of this home serves. */
export interface SafesPage extends NonNullable<OwnersPage['page']> {
  /** Resolves once its link was used, true, or is good no more. */
  opened: Promise<boolean>;
}

/**
 * Asks the safe of this home for a page; null where none runs that answers, or where its pages show something else than this call is about. The
 * safe closes the page again where `signal` aborts before its link was used.
 */
export const safesPage = async (
  { environment }: Pick<World, 'environment'>,
  { about, readOnly }: Pick<PageManner, 'about' | 'readOnly'>,
  signal: AbortSignal,
): Promise<SafesPage | null> => {
  const { socket } = safeAddresses({ folders: homeFolders(environment), files: privateFiles() }, environment);
  const url = `unix:${ownersSocket(socket.url.slice('unix:'.length))}`;
  const send = sendAtSocket({ url, pin: null, uid: userInfo().uid });
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ about, readOnly });
  const answer = await send({ method: 'POST', path: '/pages', headers, body }, signal).catch(() => null);
  signal.throwIfAborted();
  if (answer === null) return null;
  const lines = linesOf(answer)[Symbol.asyncIterator]();
  const next = async (): Promise<OwnersPage | null> => {
    const { value, done } = await lines.next();
    return done ? null : (JSON.parse(value) as OwnersPage);
  };
  const page = (await next().catch(() => null))?.page;
  if (page === undefined) return null;
  const untilOpened = async (): Promise<boolean> => {
    for (let line = await next(); line !== null; line = await next()) if (line.opened !== undefined) return line.opened;
    return false;
  };
  // a safe that ends takes its page with it
  return { ...page, opened: untilOpened().catch(() => false) };
};
