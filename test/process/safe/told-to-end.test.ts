import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { persistently } from '../../support/crash/crash-case.ts';
import { type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { serveSafe } from '../../support/safe/served-safe.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

let devnet: DevnetProcess;
beforeAll(async () => {
  devnet = await startDevnet({ nodes: 6, guests: 'exec' });
});
afterAll(() => devnet.close());

it('told to end a safe lets the calls under way come to their end, and is gone then', async () => {
  const owner = await devnet.home('5');
  const safe = await serveSafe(owner);
  const ci = await safe.agent('ci', '--budget 1 --exec');
  expect((await persistently(() => ci.run('vm create box --ttl 1h --timeout 30m'))).exit).toBe(0);
  const { token } = JSON.parse(readFileSync(join(ci.folder, 'joined.json'), 'utf8')) as { token: string };
  const call = (body: unknown): Promise<{ data?: { untrustedStdout: string }; error?: { code: string } }> =>
    new Promise((resolve, reject) => {
      const headers = { host: 'safe', authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const sent = request({ socketPath: safe.socket, method: 'POST', path: '/v1/call', headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => resolve(JSON.parse(text) as never));
      });
      sent.on('error', reject).end(JSON.stringify(body));
    });
  const begun = join(temporaryHome(), 'begun');
  // longer than a program that is told to end has otherwise
  const work = call({ command: 'vm exec', input: { vm: 'box', command: ['sh', '-c', `touch ${begun}; sleep 7; echo done`] } });
  await vi.waitFor(() => expect(existsSync(begun)).toBe(true), { timeout: 20_000 });
  const ended = safe.close();
  expect((await work).data?.untrustedStdout).toBe('done\n');
  await ended;
  await expect(call({ command: 'status', input: {} })).rejects.toThrow();
});
