import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { devnetPage } from '../../scripts/devnet/page.ts';
import { createCrnApp } from '../../src/devnet/crn/crn-app.ts';
import { createCrnsListApp } from '../../src/devnet/crns-list/crns-list-app.ts';
import type { ServerName } from '../../src/devnet/http/server-route.ts';
import { serverRoutes } from '../../src/devnet/http/server-routes.ts';
import { createSchedulerApp } from '../../src/devnet/scheduler/scheduler-app.ts';
import { createWorld, g1, newDevnet } from './crn/crn-world.ts';

const world = createWorld(newDevnet({ nodes: 3 }));
const { devnet } = world;
const { ccn, clock, faults, scheduler, crns, origins } = devnet;

const servers: Record<ServerName, { origin: string; app: Pick<Hono, 'routes'> }> = {
  CCN: { origin: origins.ccnA, app: ccn.app('a') },
  CRN: { origin: crns[g1]!.address, app: createCrnApp() },
  scheduler: { origin: origins.scheduler, app: createSchedulerApp({ clock, faults, scheduler, nodes: () => [] }) },
  'node list': { origin: origins.crnsList, app: createCrnsListApp(clock, faults, crns) },
};
const named = Object.entries(servers) as [ServerName, (typeof servers)[ServerName]][];

/** `{hash}.json` of the table and `:file{.+\.json}` of a router alike. */
const bare = (path: string): string => path.replace(/:\w+\{\.\+\\\.json\}/g, '{}.json').replace(/:\w+|\{\w+\}/g, '{}');

describe('the routes of the real servers', () => {
  it.each(named)('%s: all are there or answer 501, each once, and there are no others', (name, { app }) => {
    const registered = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${bare(path)}`);
    const table = serverRoutes[name].map(({ method, path }) => `${method} ${bare(path)}`);
    expect(registered.sort()).toEqual(table.sort());
  });

  const absent = named.flatMap(([name, { origin }]) =>
    serverRoutes[name].flatMap(({ method, path, absent: why }) => (why === undefined ? [] : [{ method, path, why, origin }])),
  );

  it.each(absent)('$method $path: 501, with one line that says so', async ({ method, path, why, origin }) => {
    const asked = path.replace('*', 'x').replace(/\{\w+\}/g, 'ab'.repeat(32));
    const response = await devnet.fetch(`${origin}${asked}`, { method });
    const text = await response.text();
    const line = `This devnet has no ${method} ${path}: ${why}. See docs/devnet.md.`;
    expect([response.status, text.startsWith('{') ? JSON.parse(text) : text]).toEqual([501, text.startsWith('{') ? { error: line } : line]);
  });

  it.each(named)('%s: what the real server has not, either, is 404', async (_name, { origin }) => {
    expect((await devnet.fetch(`${origin}/api/v9/nothing`)).status).toBe(404);
  });
});

describe('docs/devnet.md', () => {
  it('is what `npm run devnet-page` writes', () => {
    expect(readFileSync(resolve(import.meta.dirname, '../../docs/devnet.md'), 'utf8')).toBe(devnetPage());
  });
});
