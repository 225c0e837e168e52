import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevnet, type Devnet } from '../../src/devnet/create-devnet.ts';
import { type ServedDevnet, serveDevnet } from '../../src/devnet/serve-devnet.ts';
import { createWorld, type World } from '../devnet/crn/crn-world.ts';

interface Pair {
  name: string;
  request: { method: string; path: string; body: unknown };
  response: { status: number; body: unknown };
}

const recorded = JSON.parse(readFileSync(new URL('../fixtures/crn-http.json', import.meta.url), 'utf8')) as Pair[];

/** The first three nodes are sound; this one is G1, the software that was recorded. */
const node = 1;
const options = { seed: 11, nodes: 3, at: Date.parse('2026-11-20T12:00:00Z'), guests: 'none' as const };

/** Names and kinds of everything in a value, but not the values themselves. Names that are hashes count as one. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const named = Object.entries(value).map(([key, inner]) => [/^[0-9a-f]{64}$/.test(key) ? 'hash' : key, shape(inner)] as const);
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
};

const readBody = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Texts name the hash that was recorded; ours has another. */
const renamed = (body: unknown, hash: string): unknown =>
  JSON.parse(JSON.stringify(body).replaceAll('56c79f2cadb0332ea9b7ea0c89a757b6db6a96ab66e3f762194cb42e3edb4270', hash));

const pair = (name: string): Pair => {
  const found = recorded.find((one) => one.name === name);
  if (found === undefined) throw new Error(`Nothing was recorded as ${name}.`);
  return found;
};

const suite = (kind: string, ticking: boolean, open: () => Promise<{ devnet: Devnet; close: () => Promise<void> }>) =>
  describe(`recorded answers of a CRN, ${kind}`, () => {
    let opened: { devnet: Devnet; close: () => Promise<void> };
    let world: World;
    let hash: string;
    const seen = new Set<string>();

    beforeAll(async () => {
      opened = await open();
      // The node that was recorded has no card.
      opened.devnet.crns[node]!.spec.gpus = [];
      world = createWorld(opened.devnet, { ticking });
      hash = await world.instance(node);
    });

    afterAll(async () => {
      await opened.close();
    });

    const check = async (name: string, response: Response): Promise<void> => {
      seen.add(name);
      const expected = pair(name).response;
      const body = await readBody(response);
      expect(response.status).toBe(expected.status);
      if (typeof expected.body === 'string' || expected.status >= 400) expect(body).toEqual(renamed(expected.body, hash));
      else expect(shape(body)).toEqual(shape(expected.body));
    };

    const base = () => opened.devnet.crns[node]!.address;
    const notify = (instance: unknown) => world.post(`${base()}/control/allocation/notify`, { instance });

    it('gives the same status, texts and keys, one after the other', async () => {
      await check('usage_system', await world.get(`${base()}/about/usage/system`));
      await check('notify_unknown_message', await notify('ab'.repeat(32)));
      await check('notify_no_body', await world.post(`${base()}/control/allocation/notify`, 'not json'));
      await check('notify_other_node', await notify(await world.instance(0)));
      await check('logs_no_vm', await world.operate(node, hash, 'logs', world.account, '', 'GET'));
      await notify(hash);
      await check('notify_again', await notify(hash));
      await check('executions_v2', await world.get(`${base()}/v2/about/executions/list`));
      await check('reboot_delegate', await world.operate(node, hash, 'reboot'));
      await check('stop_unknown_vm', await world.operate(node, 'ab'.repeat(32), 'stop'));
      await check('no_auth', await world.post(`${base()}/control/machine/${hash}/stop`));
      await check('allocations_no_auth', await world.post(`${base()}/control/allocations`, { persistent_vms: [], instances: [] }));
      expect((await world.operate(node, hash, 'stop')).status).toBe(200);
      await check('stop_again', await world.operate(node, hash, 'stop'));
      await check('notify_ok2', await notify(hash));
      await check('notify_restart', await notify(hash));
    });

    it('describes itself with the same keys', async () => {
      seen.add('status_config');
      const body = (await readBody(await world.get(`${base()}/status/config`))) as Record<string, Record<string, unknown>>;
      const real = pair('status_config').response.body as Record<string, Record<string, unknown>>;
      expect(Object.keys(body)).toEqual(Object.keys(real));
      for (const [key, part] of Object.entries(real))
        if (typeof part === 'object') expect(Object.keys(body[key] ?? {})).toEqual(Object.keys(part));
    });

    it('left no recorded pair out', () => {
      expect([...seen].sort()).toEqual(recorded.map(({ name }) => name).sort());
    });
  });

suite('in process', false, async () => {
  const devnet = createDevnet(options);
  return { devnet, close: devnet.close };
});

suite('over HTTP', true, async () => {
  const served: ServedDevnet = await serveDevnet(options);
  served.devnet.clock.run(25);
  const devnet: Devnet = { ...served.devnet, fetch: (input, init) => fetch(input, init) };
  return { devnet, close: served.close };
});
