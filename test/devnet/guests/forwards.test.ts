import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { type ServedDevnet, serveDevnet } from '../../../src/devnet/serve-devnet.ts';
import { createWorld, g1, g2, startAt, type World } from '../crn/crn-world.ts';

const keys = ssh2.utils.generateKeyPairSync('ed25519');
let served: ServedDevnet;
let inside: Server;

afterEach(async () => {
  inside.close();
  await served.close();
});

/** A devnet, and a server where guests share this machine's loopback. */
const open = async (guests: 'exec' | 'banner' = 'exec'): Promise<{ world: World; port: number }> => {
  inside = createServer((_request, response) => response.end('from inside'));
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  served = await serveDevnet({ seed: 22, nodes: 3, at: startAt, guests });
  served.devnet.clock.run(50);
  const world = createWorld({ ...served.devnet, fetch: (input, init) => fetch(input, init) }, { ticking: true });
  return { world, port: (inside.address() as AddressInfo).port };
};

const forward = (world: World, hash: string, ports: object | null) =>
  world.message('AGGREGATE', { key: 'port-forwarding', content: { [hash]: ports === null ? null : { ports } } });

const update = (world: World, node: number, hash: string) =>
  world.post(`${world.devnet.crns[node]!.address}/control/machine/${hash}/update`);

const hostPortOf = async (world: World, node: number, hash: string, port: number): Promise<number | undefined> =>
  (await world.list(node))[hash]?.networking.mapped_ports?.[port]?.host;

const reach = async (port: number | undefined): Promise<string> => {
  try {
    return await (await fetch(`http://127.0.0.1:${port}/`)).text();
  } catch {
    return 'nothing';
  }
};

const running = async (world: World, node: number): Promise<string> => {
  const hash = await world.instance(node, { authorized_keys: [keys.public] });
  expect((await world.notify(node, hash)).status).toBe(200);
  return hash;
};

describe('forwarded ports', () => {
  it.each([
    ['G1', g1],
    ['G2', g2],
  ] as const)('reach what listens in a guest of a %s node, until they are taken away', async (_, node) => {
    const { world, port } = await open();
    const hash = await running(world, node);
    await forward(world, hash, { [port]: { tcp: true, udp: false } });
    expect((await update(world, node, hash)).status).toBe(200);
    const mapped = await hostPortOf(world, node, hash, port);
    await expect.poll(() => reach(mapped)).toBe('from inside');
    await forward(world, hash, null);
    await update(world, node, hash);
    expect(await hostPortOf(world, node, hash, port)).toBeUndefined();
    expect(await reach(mapped)).toBe('nothing');
  });

  it('end with their VM, and come back at the same host port', async () => {
    const { world, port } = await open();
    const hash = await running(world, g2);
    await forward(world, hash, { [port]: { tcp: true, udp: false } });
    await update(world, g2, hash);
    const mapped = await hostPortOf(world, g2, hash, port);
    await expect.poll(() => reach(mapped)).toBe('from inside');
    await world.operate(g2, hash, 'stop');
    expect(await reach(mapped)).toBe('nothing');
    await world.notify(g2, hash);
    expect(await hostPortOf(world, g2, hash, port)).toBe(mapped);
    await expect.poll(() => reach(mapped)).toBe('from inside');
  });

  it('carry no UDP, and nothing where guests run no commands', async () => {
    const { world, port } = await open('banner');
    const hash = await running(world, g2);
    await forward(world, hash, { [port]: { tcp: true, udp: false } });
    await update(world, g2, hash);
    expect(await reach(await hostPortOf(world, g2, hash, port))).toBe('nothing');
  });

  it('do not lead round in a circle', async () => {
    const { world } = await open();
    const hash = await running(world, g2);
    const own = (await hostPortOf(world, g2, hash, 22))! + 1;
    await forward(world, hash, { [own]: { tcp: true, udp: false } });
    await update(world, g2, hash);
    expect(await reach(await hostPortOf(world, g2, hash, own))).toBe('nothing');
  });
});

describe('the console log', () => {
  it('shows the host key that the guest has', async () => {
    const { world } = await open('banner');
    const hash = await running(world, g1);
    const port = await hostPortOf(world, g1, hash, 22);
    const answer = (): Promise<string> =>
      new Promise((resolve) => {
        const client = new ssh2.Client();
        client.on('error', () => resolve(''));
        client.connect({
          host: '127.0.0.1',
          port: port!,
          username: 'root',
          privateKey: keys.private,
          hostVerifier: (key: Buffer) => {
            resolve(key.toString('base64'));
            return false;
          },
        });
      });
    const log = async (): Promise<string> =>
      ((await (await world.operate(g1, hash, 'logs', world.account, '', 'GET')).json()) as { MESSAGE: string }[])
        .map((line) => line.MESSAGE)
        .join('\n');
    await expect.poll(answer).not.toBe('');
    const key = await answer();
    await expect.poll(log).toContain('-----END SSH HOST KEY KEYS-----');
    expect(await log()).toContain(`\nssh-ed25519 ${key} root@`);
    expect(await log()).toMatch(/<14>ec2: 256 SHA256:[A-Za-z0-9+/]{43} root@[0-9a-f]{8} \(ED25519\)\r/);
    world.devnet.faults.add({ target: world.devnet.crns[g1]!.host, kind: 'other-host-key' });
    await expect.poll(answer).not.toBe('');
    expect(await answer()).not.toBe(key);
  });
});
