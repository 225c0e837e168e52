import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { DevnetClock } from '../world/clock.ts';
import { ConnectionDropped } from './connection-dropped.ts';
import { faultMiddleware } from './fault-middleware.ts';
import type { Faults } from './faults.ts';

/** An empty HTTP surface named as faults name it: its answers carry the devnet's date, and faults strike it. */
export const createApp = (host: string, { clock, faults }: { clock: DevnetClock; faults: Faults }): Hono => {
  const app = new Hono();
  app.use('*', async (c, next) => {
    await next();
    c.res.headers.set('date', new Date(clock.now()).toUTCString());
  });
  app.use('*', faultMiddleware(host, faults, clock));
  app.onError((error, c) => {
    if (error instanceof ConnectionDropped) throw error;
    if (error instanceof HTTPException) return error.getResponse();
    return c.text('500 Internal Server Error\n\nServer got itself in trouble', 500);
  });
  app.notFound((c) => c.text('404: Not Found', 404));
  return app;
};
