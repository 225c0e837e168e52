import type { Context, Hono } from 'hono';
import { addAbsentRoutes } from '../http/add-absent-routes.ts';
import { createApp } from '../http/create-app.ts';
import type { Faults } from '../http/faults.ts';
import type { DevnetClock } from '../world/clock.ts';
import type { NodeRow } from './node-row.ts';
import type { Scheduler } from './scheduler.ts';
import { presentHistory, presentRow } from './vm-row.ts';

export interface SchedulerView {
  clock: DevnetClock;
  faults: Faults;
  scheduler: Scheduler;
  nodes(): NodeRow[];
}

const largestPage = 200;
const defaultPage = 50;

const whole = (text: string | undefined, otherwise: number): number | null =>
  text === undefined ? otherwise : /^[1-9]\d*$/.test(text) ? Number(text) : null;

/** One page of `items`; 400 for a page or size that is no positive number, or a size above 200. */
const page = (c: Context, items: unknown[]): Response => {
  const number = whole(c.req.query('page'), 1);
  const size = whole(c.req.query('page_size'), defaultPage);
  if (number === null || size === null || size > largestPage)
    return c.json({ error: `page_size must be between 1 and ${largestPage}` }, 400);
  const from = (number - 1) * size;
  return c.json({
    items: items.slice(from, from + size),
    pagination: { page: number, page_size: size, total_items: items.length, total_pages: Math.ceil(items.length / size) },
  });
};

const notFound = (c: Context): Response => c.json({ error: 'Not found' }, 404);

const addVersion0 = (app: Hono, { clock, scheduler, nodes }: SchedulerView): void => {
  const period = () => ({ start_timestamp: new Date(clock.now()).toISOString(), duration_seconds: 60 });
  const brief = (node: NodeRow) => ({ node_id: node.node_hash, url: node.address, ipv6: node.ipv6, supports_ipv6: node.supports_ipv6 });
  app.get('/api/v0/allocation/:hash', (c) => {
    const row = scheduler.rows.get(c.req.param('hash'));
    const node = nodes().find((one) => one.node_hash === row?.node);
    if (row === undefined || node === undefined) return notFound(c);
    return c.json({ vm_hash: row.hash, vm_type: 'instance', vm_ipv6: null, period: period(), node: brief(node) });
  });
  app.get('/api/v0/plan', (c) => {
    const plan: Record<string, { persistent_vms: string[]; instances: string[]; on_demand_vms: string[]; jobs: string[] }> = {};
    for (const row of scheduler.rows.values()) {
      if (row.node === null) continue;
      plan[row.node] ??= { persistent_vms: [], instances: [], on_demand_vms: [], jobs: [] };
      plan[row.node]?.instances.push(row.hash);
    }
    return c.json({ period: period(), plan });
  });
  app.get('/api/v0/nodes', (c) => c.json({ nodes: nodes().map(brief) }));
};

const addVms = (app: Hono, { scheduler }: SchedulerView): void => {
  app.get('/api/v1/vms', (c) => {
    const { owner = c.req.query('owners'), sender, vm_hash, node, status, scheduling_status } = c.req.query();
    const rows = [...scheduler.rows.values()].filter(
      (row) =>
        (owner === undefined || row.owner === owner) &&
        (sender === undefined || row.sender === sender) &&
        (vm_hash === undefined || row.hash.startsWith(vm_hash)) &&
        (node === undefined || row.node === node) &&
        (status === undefined || row.status === status),
    );
    const presented = rows.map(presentRow);
    return page(c, scheduling_status === undefined ? presented : presented.filter((row) => row['scheduling_status'] === scheduling_status));
  });
  app.get('/api/v1/vms/:hash', (c) => {
    const row = scheduler.rows.get(c.req.param('hash'));
    return row === undefined ? notFound(c) : c.json(presentRow(row));
  });
  app.get('/api/v1/vms/:hash/history', (c) => {
    const row = scheduler.rows.get(c.req.param('hash'));
    return row === undefined ? notFound(c) : c.json(presentHistory(row));
  });
};

const addNodes = (app: Hono, { scheduler, nodes }: SchedulerView): void => {
  const public_ = ({ ipv6: _, ...row }: NodeRow) => row;
  app.get('/api/v1/nodes', (c) => {
    const part = c.req.query('hash') ?? '';
    return page(
      c,
      nodes()
        .filter((node) => node.node_hash.startsWith(part) || node.node_hash.endsWith(part))
        .map(public_),
    );
  });
  app.get('/api/v1/nodes/:hash', (c) => {
    const node = nodes().find((one) => one.node_hash === c.req.param('hash'));
    return node === undefined ? notFound(c) : c.json(public_(node));
  });
  app.get('/api/v1/nodes/:hash/history', (c) => {
    const of = c.req.param('hash');
    const rows = [...scheduler.rows.values()].flatMap(presentHistory);
    return c.json(rows.filter((row) => row['node_hash'] === of));
  });
  app.get('/api/v1/stats', (c) => {
    const all = nodes();
    return c.json({
      total_vms: scheduler.rows.size,
      total_nodes: all.length,
      healthy_nodes: all.filter((node) => node.status === 'Healthy').length,
      total_vcpus_allocated: all.reduce((sum, node) => sum + node.vcpus_total - node.vcpus_available, 0),
      total_vcpus_capacity: all.reduce((sum, node) => sum + node.vcpus_total, 0),
    });
  });
};

/** The scheduler's REST interface, v0 and v1 (protocol-crn.md 4.1 to 4.3). */
export const createSchedulerApp = (view: SchedulerView): Hono => {
  const app = createApp('scheduler', view);
  addAbsentRoutes(app, 'scheduler', (c, error) => c.json({ error }, 501));
  app.get('/health', (c) => c.json({ status: 'ok' }));
  addVersion0(app, view);
  addVms(app, view);
  addNodes(app, view);
  app.notFound(notFound);
  return app;
};
