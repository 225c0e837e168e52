import { request } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { letInWithToken, tokenOf, wireCall } from '../../support/safe/wire-call.ts';

/** From the moment at which the owner's command has ended, ms. */
const mostMs = 1000;

let devnet: DevnetProcess;
let owner: AlephHome;
let safe: ServedSafe;
beforeAll(async () => {
  devnet = await startDevnet({ nodes: 6 });
  owner = await devnet.home('5');
  const now = await devnet.now();
  owner.ledger((ledger) => {
    for (const name of ['ci', 'paused', 'other']) letInWithToken(ledger, name, { account: owner.address, now });
  });
  safe = await serveSafe(owner);
});
afterAll(async () => {
  await safe.close();
  await devnet.close();
});

/** While this is open somebody has work to do, and time stands still: who waits for a VM to boot waits. */
const holdTime = (control: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const headers = { connection: 'upgrade', upgrade: 'aleph-devnet-clock' };
    const asked = request(new URL('/clock', control), { headers });
    asked.once('upgrade', (_answer, socket) => resolve(socket as Socket));
    asked.once('error', reject).end();
  });

interface Open {
  /** Resolves once the answer has begun. */
  begun: Promise<void>;
  ended: Promise<string>;
}

/** A request that stays open. */
const opened = (agent: string, path: string, accept: string, body: unknown): Open => {
  const headers = { host: 'safe', authorization: `Bearer ${tokenOf(agent)}`, 'content-type': 'application/json', accept };
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<string>((resolve, reject) => {
    const sent = request({ socketPath: safe.socket, method: 'POST', path, headers }, (response) => {
      let text = '';
      begin();
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('close', () => resolve(text));
    });
    sent.on('error', reject).end(JSON.stringify(body));
  });
  return { begun, ended };
};

const listening = {
  jsonrpc: '2.0',
  id: 1,
  method: 'subscriptions/listen',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
    notifications: { toolsListChanged: true },
  },
};

it.each([
  ['ci', 'agents revoke ci'],
  ['paused', 'agents suspend paused'],
])('all that %s has open ends within a second of "%s", and its VM goes on', async (agent, line) => {
  const made = await wireCall(safe.socket, agent, { command: 'vm create', input: { name: 'box', ttl: '1h', wait: false } });
  expect(made).toMatchObject({ ok: true });
  const held = await holdTime(devnet.control);
  const wait = { command: 'vm wait', input: { vm: 'box' } };
  const stream = opened(agent, '/v1/call', 'application/x-ndjson', { ...wait, id: 'streamed' });
  // joins the same wait: the phases are the first one's
  const joined = opened(agent, '/v1/call', 'application/json', { ...wait, id: 'streamed' });
  const waits = opened(agent, '/v1/call', 'application/json', wait);
  const session = opened(agent, '/mcp', 'application/json, text/event-stream', listening);
  await Promise.all([stream.begun, session.begun]);
  expect(await wireCall(safe.socket, 'other', { command: 'vm ls' })).toMatchObject({ ok: true });

  const put = await owner.run(line);
  expect(put.exit, put.stdout).toBe(0);
  const out = performance.now();
  const texts = await Promise.all([stream, joined, waits, session].map(({ ended }) => ended));
  expect(performance.now() - out).toBeLessThan(mostMs);
  for (const text of texts.slice(0, 3))
    expect(JSON.parse(text.trim().split('\n').at(-1)!)).toMatchObject({ error: { code: 'AGENT_REFUSED' } });
  expect(await wireCall(safe.socket, agent, { command: 'vm ls' })).toMatchObject({ error: { code: 'AGENT_REFUSED' } });
  expect(owner.ledger((ledger) => ledger.vms().filter((vm) => vm.agent === agent))).toMatchObject([{ state: 'provisioning' }]);
  held.destroy();
});
