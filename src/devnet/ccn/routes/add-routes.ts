import type { Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import { accountRoutes } from './account-routes.ts';
import { aggregateRoutes } from './aggregate-routes.ts';
import { authorizationRoutes } from './authorization-routes.ts';
import { costRoutes } from './cost-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { infoRoutes } from './info-routes.ts';
import { listRoutes } from './list-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { postRoutes } from './post-routes.ts';
import { priceRoutes } from './price-routes.ts';
import { publishRoutes } from './publish-routes.ts';
import { storageRoutes } from './storage-routes.ts';

/** Puts the whole API of a core channel node on an app. Order matters where a fixed path looks like a hash. */
export const addRoutes = (app: Hono, host: CcnHost): Hono => {
  for (const add of [
    publishRoutes,
    listRoutes,
    messageRoutes,
    priceRoutes,
    accountRoutes,
    historyRoutes,
    costRoutes,
    aggregateRoutes,
    authorizationRoutes,
    postRoutes,
    storageRoutes,
    infoRoutes,
  ]) {
    add(app, host);
  }
  return app;
};
