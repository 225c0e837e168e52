import { randomBytes } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { buildPage } from '../../../scripts/page.ts';
import { listenOnLoopback } from '../../../src/adapters/safe/listen.ts';
import type { Outputs } from '../../../src/page/outputs.ts';
import { pageApp } from '../../../src/surfaces/page/page-app.ts';
import { type Crowd, crowdOf } from './crowd.ts';

/** The page over an account with this in it: our server and our page, and answers of the commands' own shape. */
export const serveCrowd = async (crowd: Partial<Crowd>) => {
  const { html } = await buildPage();
  const now = Date.now();
  const answers = crowdOf({ vms: 3, agents: 2, days: 30, requests: 1, words: (n) => `node ${n}`, now, ...crowd });
  const stop = new AbortController();
  const page = pageApp({
    version: '1.2.0',
    signal: stop.signal,
    commands: [],
    html,
    readOnly: false,
    approves: false,
    hasAgents: () => (answers['agents ls']?.total ?? 0) > 0,
    hasApprover: async () => answers.status?.approver !== 'terminal',
    call: async ({ command }) => {
      const data = answers[command as keyof Outputs];
      if (data !== undefined)
        return {
          document: {
            ok: true,
            schema: 'x@1',
            data,
            warnings: [{ code: 'ONE_ENFORCER', message: 'Only one thing ends VM vm-1.' }],
            next: [],
          },
          exit: 0,
        };
      return { document: { ok: false, schema: 'failure@1', error: { code: 'USAGE', message: `no ${command} here` } }, exit: 2 };
    },
    now: () => Date.now(),
    pause: () => new Promise(() => {}),
    every: () => () => {},
    secret: () => randomBytes(32).toString('base64url'),
    code: () => '123456',
    say: () => {},
    present: () => '',
    mark: () => '1',
    usedTwice: async () => {},
  });
  const at = { host: '' };
  const { server, host } = await listenOnLoopback(
    getRequestListener((request) => page.answer(request, { host: at.host, admitted: () => {} }), { overrideGlobalObjects: false }),
  );
  at.host = host;
  return {
    host,
    url: `http://${host}/#${page.link}`,
    close: () => {
      stop.abort();
      server.closeAllConnections();
      server.close();
    },
  };
};
