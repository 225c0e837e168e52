import type { Context, Env, Hono } from 'hono';
import type { ServerName } from './server-route.ts';
import { serverRoutes } from './server-routes.ts';

/** A path of the table as the router reads it. */
const pattern = (path: string): string => path.replace(/\{(\w+)\}\.json/g, ':$1{.+\\.json}').replace(/\{(\w+)\}/g, ':$1');

/** Lets an app answer 501 and one line where the real server has a route and the devnet has not; before the app's own routes. */
export const addAbsentRoutes = <E extends Env>(app: Hono<E>, server: ServerName, answer: (c: Context, line: string) => Response): void => {
  for (const { method, path, absent } of serverRoutes[server]) {
    if (absent === undefined) continue;
    app.on(method, pattern(path), (c) => answer(c as Context, `This devnet has no ${method} ${path}: ${absent}. See docs/devnet.md.`));
  }
};
