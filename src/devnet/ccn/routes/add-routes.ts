import type { Hono } from 'hono';
import { addAbsentRoutes } from '../../http/add-absent-routes.ts';
import type { CcnHost } from '../ccn-host.ts';
import { accountRoutes } from './accounts/account-routes.ts';
import { statsRoutes } from './accounts/stats-routes.ts';
import { aggregateRoutes } from './aggregate-routes.ts';
import { authorizationRoutes } from './authorization-routes.ts';
import { costRoutes } from './cost-routes.ts';
import { fileRoutes } from './files/file-routes.ts';
import { uploadRoutes } from './files/upload-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { infoRoutes } from './info-routes.ts';
import { listRoutes } from './list-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { postRoutes } from './posts/post-routes.ts';
import { priceRoutes } from './price-routes.ts';
import { publishRoutes } from './publish-routes.ts';
import { socketRoutes } from './socket-routes.ts';

/** Puts the whole API of a core channel node on an app. Order matters where a fixed path looks like a hash. */
export const addRoutes = (app: Hono, host: CcnHost): Hono => {
  addAbsentRoutes(app, 'CCN', (c, line) => c.text(line, 501));
  for (const add of [
    publishRoutes,
    listRoutes,
    messageRoutes,
    priceRoutes,
    statsRoutes,
    accountRoutes,
    historyRoutes,
    costRoutes,
    aggregateRoutes,
    authorizationRoutes,
    postRoutes,
    fileRoutes,
    uploadRoutes,
    socketRoutes,
    infoRoutes,
  ]) {
    add(app, host);
  }
  return app;
};
