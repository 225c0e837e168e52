import type { Hono } from 'hono';
import { sentAlready, upgraded } from '../http/websocket/upgrade.ts';
import { authenticate } from './auth/authenticate.ts';
import { addBackupRoutes } from './backup/backup-routes.ts';
import { admits, hasGpus } from './node/admission.ts';
import { notify } from './notify.ts';
import { requireRef } from './vm/known-instance.ts';
import { offers, operations, updateForwards } from './vm/operate-vm.ts';
import { streamLogs } from './vm/stream-logs.ts';
import { vmLogs } from './vm/vm-logs.ts';
import type { Crn } from './world/crn.ts';
import { CrnError, jsonError } from './world/crn-error.ts';
import { readInstance } from './world/instance-spec.ts';
import { pythonTime } from './world/python-time.ts';
import { answer, type CrnContext } from './world/respond.ts';

/** A dry run is good for a minute. */
const reservedMs = 60_000;

const senderOf = (c: CrnContext): string => {
  const { crn } = c.env;
  const path = decodeURIComponent(new URL(c.req.url).pathname);
  const header = (name: string): string | undefined => c.req.header(name);
  return authenticate({ method: c.req.method, path, header }, crn.domain, crn.world.clock.now());
};

const requireOwner = (crn: Crn, sender: string, owner: string): void => {
  if (!crn.checks.mayOperate(sender, owner)) throw new CrnError(403, 'Unauthorized sender');
};

const operate = async (c: CrnContext): Promise<Response> => {
  const { crn } = c.env;
  const name = c.req.param('operation') ?? '';
  const known = name === 'expire' || offers(crn, name);
  if (!known) throw jsonError(404, '404: Not Found');
  const sender = senderOf(c);
  const hash = requireRef(c.req.param('ref') ?? '');
  if (name === 'expire') throw jsonError(400, 'Invalid timeout duration');
  const vm = crn.state.vms[hash];
  if (vm === undefined) throw jsonError(404, `No virtual machine with ref ${hash}`);
  requireOwner(crn, sender, vm.spec.owner);
  return answer(c, await operations[name]?.(crn, vm, new URL(c.req.url).searchParams));
};

/** A VM that runs here, or ran here once. */
const knownVm = (crn: Crn, hash: string): Crn['state']['past'][string] | undefined => {
  const vm = crn.state.vms[hash];
  return vm === undefined ? crn.state.past[hash] : { owner: vm.spec.owner, times: vm.times };
};

const logs = (c: CrnContext): Response => {
  const { crn } = c.env;
  const sender = senderOf(c);
  const hash = requireRef(c.req.param('ref') ?? '');
  const known = knownVm(crn, hash);
  if (known === undefined) throw jsonError(404, 'No execution found for this VM');
  requireOwner(crn, sender, known.owner);
  return answer(c, vmLogs(crn, hash, known.times));
};

const stream = (c: CrnContext): Response => {
  const { crn } = c.env;
  const hash = requireRef(c.req.param('ref') ?? '');
  const known = knownVm(crn, hash);
  if (known === undefined) throw jsonError(404, `No execution found for VM ${hash}`);
  void streamLogs(crn, hash, known.owner, upgraded(c));
  return sentAlready();
};

const reserve = async (c: CrnContext): Promise<Response> => {
  const { crn } = c.env;
  senderOf(c);
  const content: unknown = await c.req.json().catch(() => null);
  if (typeof content !== 'object' || content === null || !('resources' in content)) throw jsonError(400, 'Invalid instance content');
  const spec = readInstance(content as Record<string, unknown>);
  if (!admits(crn, spec)) throw jsonError(503, 'This CRN cannot reserve the requested resources at this time.');
  if (!hasGpus(crn, spec)) {
    const reason = `Failed to find available GPU for ${spec.gpuDevices.join(', ')}`;
    throw new CrnError(400, { status: 'error', error: 'Failed to reserves all resources', reason });
  }
  return answer(c, { status: 'reserved', expires: pythonTime(crn.world.clock.now() + reservedMs) });
};

const unscheduled = (): never => {
  throw jsonError(401, 'Authentication token received is invalid');
};

const schedulerPosts = [
  '/control/allocations',
  '/control/network/recreate',
  '/control/proxy/regenerate',
  '/control/migrate',
  '/control/machine/:ref/migration/export',
  '/control/machine/:ref/migration/cleanup',
];

/** What changes a node: `/control`. Nobody outside holds the scheduler's key, so its routes refuse. */
export const addControlRoutes = (app: Hono<{ Bindings: { crn: Crn } }>): void => {
  app.post('/control/allocation/notify', async (c) => answer(c, await notify(c.env.crn, await c.req.text())));
  app.post('/control/reserve_resources', reserve);
  app.on('POST', schedulerPosts, unscheduled);
  app.on('GET', ['/control/machine/:ref/migration/export/status', '/control/migrate/:ref/status'], unscheduled);
  app.get('/control/machine/:ref/migration/disk/:file', () => {
    throw jsonError(401, 'Invalid or missing export token');
  });
  app.get('/control/machine/:ref/logs', logs);
  app.get('/control/machine/:ref/stream_logs', stream);
  addBackupRoutes(app, senderOf);
  app.post('/control/machine/:ref/update', async (c) => answer(c, await updateForwards(c.env.crn, requireRef(c.req.param('ref')))));
  app.post('/control/machine/:ref/:operation', operate);
};
