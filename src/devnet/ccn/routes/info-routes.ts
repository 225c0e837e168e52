import type { Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';

/** The pyaleph release whose behaviour is simulated. */
const VERSION = '0.10.2';

export const infoRoutes = (app: Hono, host: CcnHost): void => {
  app.on('GET', ['/version', '/api/v0/version'], (c) => c.json({ version: VERSION }));
  app.get('/api/v0/info/public.json', (c) => c.json({ node_multi_addresses: [`/dns4/${host.name}.devnet.test/tcp/4025/p2p/devnet`] }));
  app.get('/', (c) => c.html('<!doctype html><title>Aleph devnet</title><p>A core channel node of an embedded devnet.</p>'));
};
