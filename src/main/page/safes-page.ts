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

/** What the safe of this home answers its owner, line by line; null where none runs that answers. */
const told = async (
  { environment }: Pick<World, 'environment'>,
  path: string,
  body: object,
  signal: AbortSignal,
): Promise<(() => Promise<OwnersPage | null>) | null> => {
  const { socket } = safeAddresses({ folders: homeFolders(environment), files: privateFiles() }, environment);
  const url = `unix:${ownersSocket(socket.url.slice('unix:'.length))}`;
  const send = sendAtSocket({ url, pin: null, uid: userInfo().uid });
  const headers = { 'content-type': 'application/json' };
  const answer = await send({ method: 'POST', path, headers, body: JSON.stringify(body) }, signal).catch(() => null);
  signal.throwIfAborted();
  if (answer === null) return null;
  const lines = linesOf(answer)[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    return done ? null : (JSON.parse(value) as OwnersPage);
  };
};

/**
 * Asks the safe of this home for a page; null where none runs that answers, or where its pages show something else than this call is about.
 * The safe closes the page again where `signal` aborts before its link was used.
 */
export const safesPage = async (
  world: Pick<World, 'environment'>,
  { about, readOnly }: Pick<PageManner, 'about' | 'readOnly'>,
  signal: AbortSignal,
): Promise<SafesPage | null> => {
  const next = await told(world, '/pages', { about, readOnly }, signal);
  const page = (await next?.().catch(() => null))?.page;
  if (page === undefined || next === null) return null;
  const untilOpened = async (): Promise<boolean> => {
    for (let line = await next(); line !== null; line = await next()) if (line.opened !== undefined) return line.opened;
    return false;
  };
  // a safe that ends takes its page with it
  return { ...page, opened: untilOpened().catch(() => false) };
};

/** Has the safe of this home close the pages that it serves. */
export const closeSafesPages = async (world: Pick<World, 'environment'>, signal: AbortSignal): Promise<'closed' | 'none'> => {
  const next = await told(world, '/close', {}, signal);
  const closed = (await next?.().catch(() => null))?.closed ?? 0;
  return closed > 0 ? 'closed' : 'none';
};
