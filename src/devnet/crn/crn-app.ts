import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { addAbsentRoutes } from '../http/add-absent-routes.ts';
import { ConnectionDropped } from '../http/connection-dropped.ts';
import { faultMiddleware } from '../http/fault-middleware.ts';
import { addControlRoutes } from './control-routes.ts';
import { checkVersion } from './node/check-version.ts';
import { capability, checkHost, statusConfig, usageSystem } from './node/describe-node.ts';
import { executionsV1, executionsV2 } from './node/executions.ts';
import { type Crn, isDead } from './world/crn.ts';
import { CrnError, jsonError } from './world/crn-error.ts';
import { answer, answerError, type CrnContext } from './world/respond.ts';

/** Empty right after a restart: the pool is read back from disk. */
const unlessEmptied = (crn: Crn, list: (crn: Crn) => Record<string, unknown>): Record<string, unknown> =>
  crn.world.faults.strike(crn.host, 'empty-list') === null ? list(crn) : {};

const allGood = (c: CrnContext, result: Record<string, unknown>, good: boolean): Response => c.json(result, good ? 200 : 503);

const fastapi = { index: true, environ: true, messages: true, dns: true, ipv4: true, internet: true, cache: true };

const addAboutRoutes = (app: Hono<{ Bindings: { crn: Crn } }>): void => {
  app.get('/about/usage/system', (c) => answer(c, usageSystem(c.env.crn)));
  app.get('/about/capability', (c) => answer(c, capability(c.env.crn)));
  app.get('/about/executions/list', (c) => answer(c, unlessEmptied(c.env.crn, executionsV1)));
  app.get('/v2/about/executions/list', (c) => answer(c, unlessEmptied(c.env.crn, executionsV2)));
  app.get('/about/executions/records', (c) =>
    answer(
      c,
      Object.keys(c.env.crn.state.past).map((vm_hash) => ({ vm_hash, vm_type: 'instance' })),
    ),
  );
  app.get('/about/certificates', (c) => c.text('Operation not supported', 503));
  app.get('/about/login', (c) => c.json({ success: false }, 401));
  app.on('GET', ['/about/config', '/about/executions/details'], () => {
    throw jsonError(401, '401 Invalid token');
  });
};

const addStatusRoutes = (app: Hono<{ Bindings: { crn: Crn } }>): void => {
  app.get('/status/config', (c) => answer(c, statusConfig(c.env.crn)));
  app.get('/status/check/ipv6', (c) => answer(c, c.env.crn.spec.ipv6));
  app.get('/status/check/host', (c) => allGood(c, checkHost(c.env.crn), c.env.crn.spec.ipv6.host));
  app.get('/status/check/version', (c) => answer(c, checkVersion(c.env.crn.spec.version, c.req.query('reference'))));
  app.get('/status/check/fastapi', (c) => allGood(c, { ...fastapi, lifespan: true }, true));
  app.get('/status/check/fastapi/legacy', (c) => allGood(c, fastapi, true));
};

/** The HTTP face of a node; one app serves all, the node comes as a binding. Errors as in protocol-crn.md 2.1. */
export const createCrnApp = (): Hono<{ Bindings: { crn: Crn } }> => {
  const app = new Hono<{ Bindings: { crn: Crn } }>();
  app.use(async (c, next) => {
    const { crn } = c.env;
    if (isDead(crn)) throw new ConnectionDropped(crn.host);
    await next();
    if (isDead(crn)) throw new ConnectionDropped(crn.host);
    c.header('Server', `aleph-vm/${crn.spec.version}`);
    if (c.res.headers.get('content-type') === 'application/json') c.header('Content-Type', 'application/json; charset=utf-8');
    c.header('Date', new Date(crn.world.clock.now()).toUTCString());
  });
  app.use((c, next) => faultMiddleware(c.env.crn.host, c.env.crn.world.faults, c.env.crn.world.clock)(c as unknown as Context, next));
  addAbsentRoutes(app, 'CRN', (_c, line) => {
    throw jsonError(501, line);
  });
  addAboutRoutes(app);
  addStatusRoutes(app);
  addControlRoutes(app);
  app.notFound((c) => answerError(c, new CrnError(404, { error: '404: Not Found' })));
  app.onError((error, c) => {
    if (error instanceof ConnectionDropped) throw error;
    if (error instanceof HTTPException) return error.getResponse();
    return answerError(c, error);
  });
  return app;
};
