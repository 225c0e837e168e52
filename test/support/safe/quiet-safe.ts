import { getRequestListener } from '@hono/node-server';
import { listenAtSocket } from '../../../src/adapters/safe/listen.ts';
import { safeApp } from '../../../src/surfaces/safe/safe-app.ts';

const nobody = async (): Promise<never> => {
  throw new Error('nobody calls this safe');
};

/** A safe at this socket that has no agents. Returns what ends it. */
export const quietSafe = async (socket: string, at: number): Promise<() => Promise<void>> => {
  const app = safeApp({
    version: '1.2.0',
    signal: new AbortController().signal,
    commands: [],
    registry: '',
    call: nobody,
    book: { admitted: nobody, join: nobody, letIn: () => () => false, refused: async () => {} },
    mcp: nobody,
    now: () => at,
    pause: async () => {},
    every: () => () => {},
  });
  const server = await listenAtSocket(
    socket,
    process.getuid!(),
    getRequestListener((request) => app.fetch(request, { hosts: new Set(['safe']), takes: () => true }), { overrideGlobalObjects: false }),
  );
  return () => new Promise((done) => server.close(() => done()));
};
