import type { Hono } from 'hono';
import type { Ccn } from './ccn/create-ccn.ts';
import { createCrnApp } from './crn/crn-app.ts';
import { schedulerRow } from './crn/node/scheduler-row.ts';
import type { Crn } from './crn/world/crn.ts';
import { createCrnsListApp } from './crns-list/crns-list-app.ts';
import type { Faults } from './http/faults.ts';
import type { Upgradable } from './http/websocket/upgrade.ts';
import type { Scheduler } from './scheduler/scheduler.ts';
import { createSchedulerApp } from './scheduler/scheduler-app.ts';
import type { DevnetClock } from './world/clock.ts';
import type { DevnetOrigins } from './world/devnet-origins.ts';

/** Answers one request to one origin, or takes its connection over; rejects with ConnectionDropped where no answer comes. */
export type Handler = (request: Request, upgradable?: Upgradable) => Promise<Response>;

export interface Dispatch {
  /** By origin. */
  handlers: ReadonlyMap<string, Handler>;
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}

export interface DispatchParts {
  clock: DevnetClock;
  faults: Faults;
  ccn: Ccn;
  crns: readonly Crn[];
  scheduler: Scheduler;
  origins: DevnetOrigins;
  control: Hono;
}

const abortable = (answer: Promise<Response>, signal: AbortSignal): Promise<Response> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

/** Puts the devnet's surfaces at their origins. */
export const createDispatch = ({ clock, faults, ccn, crns, scheduler, origins, control }: DispatchParts): Dispatch => {
  const handlers = new Map<string, Handler>();
  const put = (origin: string, app: Hono): void =>
    void handlers.set(origin, async (request, upgradable = {}) => app.fetch(request, upgradable));
  put(origins.ccnA, ccn.app('a'));
  put(origins.ccnB, ccn.app('b'));
  put(origins.crnsList, createCrnsListApp(clock, faults, crns));
  put(origins.scheduler, createSchedulerApp({ clock, faults, scheduler, nodes: () => crns.map(schedulerRow) }));
  put(origins.control, control);
  const crnApp = createCrnApp();
  for (const crn of crns) handlers.set(crn.address, async (request, upgradable = {}) => crnApp.fetch(request, { crn, ...upgradable }));
  return {
    handlers,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const handler = handlers.get(new URL(request.url).origin);
      if (handler === undefined) throw new TypeError('fetch failed', { cause: new Error(`No host at ${new URL(request.url).origin}`) });
      return abortable(handler(request), request.signal);
    },
  };
};
