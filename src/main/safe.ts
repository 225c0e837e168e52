import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { userInfo } from 'node:os';
import { join as joined, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { homeFolders } from '../adapters/host/home.ts';
import { privateFiles } from '../adapters/host/private-files.ts';
import { connections } from '../adapters/safe/connections.ts';
import { listenAtSocket } from '../adapters/safe/listen.ts';
import { prepareTlsDoor } from '../adapters/safe/open-tls-door.ts';
import { addressFile, usualSocket } from '../adapters/safe/safe-address.ts';
import type { Manifest } from '../contract/declare/manifest.ts';
import type { SafeAddresses } from '../domain/agents/invitation.ts';
import { Failure } from '../domain/failure/failure.ts';
import { liveStates } from '../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../ports/context.ts';
import type { CliParts } from '../surfaces/cli/cli-parts.ts';
import { safeApp } from '../surfaces/safe/safe-app.ts';
import type { World } from './context.ts';
import { inContext } from './host/in-context.ts';
import { readingOf } from './host/reading-of.ts';
import { hasApprover } from './page/has-approver.ts';
import { startPages } from './page/pages-at-safe.ts';
import { bookOf, type Reading } from './safe/safe-book.ts';
import type { Warm } from './safe/warm.ts';
import { startRounds } from './safe-rounds.ts';

type Door = Parameters<CliParts['serveSafe']>[0];

/** A call by MCP ends before most clients take it for lost, seconds. */
const mcpSeconds = 50;

const usualTools = { tools: null, all: false, mostCredits: null, legacyNames: false, approvalsAt: null };

/** A socket has no name of its own: this is how clients call it, ours and others. */
const socketHosts: ReadonlySet<string> = new Set(['safe', 'localhost']);

/** How long the calls under way have once the safe is told to end. */
const drainMs = 30_000;

/** And how long to end in order after that. */
const graceMs = 5_000;

/** The networks that agents belong to or that live VMs are on; the one in use where there are none. */
const networksIn = (reading: Reading): (string | null)[] => {
  const named = reading((ledger) => [...ledger.agents({}), ...ledger.vms({ states: liveStates })].map(({ network }) => network));
  return named.length === 0 ? [null] : [...new Set(named)];
};

/** Serves the safe until the program is told to end; then no new call is taken, and those under way have half a minute. Resolves with the calls answered. */
export const serveSafe = async (
  world: World & { warm: Warm },
  manifest: Manifest,
  parts: Pick<CliParts, 'open' | 'load'>,
  html: () => string,
  door: Door,
): Promise<number> => {
  const { environment } = world;
  const { version, signal, now, pause, every, parse, manner } = door;
  const { pages } = manner;
  const files = privateFiles();
  const folders = homeFolders(environment);
  const { uid } = userInfo();
  const socket = resolve(manner.socket ?? usualSocket(environment, uid));
  const openTls = manner.tls === null ? null : await prepareTlsDoor(manner.tls, { folder: folders.safe, files, now, every });
  const underWay = new Set<Promise<unknown>>();
  let answered = 0;
  /** The safe does not end before this has. */
  const kept = <Result>(work: Promise<Result>): Promise<Result> => {
    const over = work.finally(() => underWay.delete(over));
    underWay.add(over);
    return over;
  };
  const drained = new AbortController();
  // every call under way listens: that is no leak
  setMaxListeners(0, drained.signal);
  const untilDrained = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? drained.signal : AbortSignal.any([signal, drained.signal]);
  const call: Door['call'] = (order, around) => {
    const made = kept(door.call(order, around?.drains === true ? { ...around, signal: untilDrained(around.signal) } : around));
    answered += around?.agent === undefined ? 0 : 1;
    return made;
  };
  const reading = readingOf(world.warm.ledger);
  const inNetwork = <Result>(network: string | null, use: (context: ChangeContext) => Promise<Result>): Promise<Result> =>
    inContext(parts, { signal, passphraseFile: door.passphraseFile }, network, use);
  const stop = await startRounds({
    networks: () => networksIn(reading),
    inNetwork,
    now,
    pause,
    every,
  });
  const book = bookOf(reading, inNetwork, now);
  const app = safeApp({
    version,
    signal,
    ...manifest,
    call,
    mcp: async (tools) => {
      const { httpHandler } = await import('../surfaces/mcp/http-handler.ts');
      const secret = () => randomBytes(32);
      return httpHandler({
        ...tools,
        manner: usualTools,
        seconds: mcpSeconds,
        version,
        signal,
        load: parts.load,
        parse,
        pause,
        now,
        secret,
      });
    },
    book: {
      ...book,
      // each call asks, and hundreds of agents are gone through once for as long as nobody writes
      letIn: () => reading((ledger) => ledger.once?.('who is let in', book.letIn) ?? book.letIn()),
      refused: (counted) => kept(book.refused(counted)),
    },
    now,
    pause,
    every,
  });
  const held = connections();
  const served = (hosts: ReadonlySet<string>): RequestListener => {
    const answer = getRequestListener(
      (request, env) => {
        const incoming = env.incoming as IncomingMessage;
        return app.fetch(request, { hosts, takes: (token) => held.takes(incoming, token) });
      },
      { overrideGlobalObjects: false },
    );
    return (incoming, outgoing) => {
      held.began(incoming, outgoing);
      // a target with a host of its own is for a proxy, and there is none here
      if (!/^\/(?!\/)/.test(incoming.url ?? '')) incoming.url = '/elsewhere';
      void answer(incoming, outgoing);
    };
  };
  const servers = [await listenAtSocket(socket, uid, served(socketHosts))];
  const addresses: SafeAddresses = { socket: { url: `unix:${socket}`, pin: null, uid }, tls: null };
  if (openTls !== null) {
    const hosts = new Set<string>();
    const { server, address } = await openTls(served(hosts));
    hosts.add(new URL(address.url).host);
    servers.push(server);
    addresses.tls = address;
  }
  for (const server of servers) held.watch(server);
  const endPages =
    pages === null ? async () => {} : await startPages(parts, { ...door, call }, { socket, uid, html: html(), reading, pages });
  files.replace(joined(folders.safe, addressFile), `${JSON.stringify(addresses)}\n`);
  const takesCodes = pages?.approves === true && !(await hasApprover(parts, door, pages.about));
  const dashboard = pages === null ? null : { approvesBy: takesCodes ? 'code' : 'signature', seen: pages.seen };
  door.announce({ ...addresses, dashboard, version });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  stop();
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  for (const server of servers) server.closeIdleConnections();
  // a call has ended once its answer has gone out
  const answers = Promise.all([...closed, endPages()]);
  const over = (ms: number): Promise<unknown> =>
    Promise.race([Promise.allSettled([...underWay, answers]), new Promise((resolve) => setTimeout(resolve, ms).unref())]);
  await over(drainMs);
  drained.abort(new Failure('INTERRUPTED', 'The safe ends.', { sideEffects: 'unknown' }));
  await over(graceMs);
  for (const server of servers) server.closeAllConnections();
  return answered;
};
