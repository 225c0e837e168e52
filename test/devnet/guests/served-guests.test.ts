import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import type { Devnet, DevnetOptions } from '../../../src/devnet/create-devnet.ts';
import { type ServedDevnet, serveDevnet } from '../../../src/devnet/serve-devnet.ts';
import { createWorld, g1, g2, startAt, type World } from '../crn/crn-world.ts';

const keys = ssh2.utils.generateKeyPairSync('ed25519');

let served: ServedDevnet;
let blocker: Server | undefined;

afterEach(async () => {
  blocker?.close();
  blocker = undefined;
  await served.close();
});

const open = async (more: Partial<DevnetOptions> = {}): Promise<World> => {
  served = await serveDevnet({ seed: 21, nodes: 3, at: startAt, guests: 'exec', ...more });
  served.devnet.clock.run(50);
  const devnet: Devnet = { ...served.devnet, fetch: (input, init) => fetch(input, init) };
  return createWorld(devnet, { ticking: true });
};

const portOf = async (world: World, node: number, hash: string): Promise<number> =>
  expect
    .poll(async () => (await world.list(node))[hash]?.networking.mapped_ports?.['22']?.host ?? 0)
    .toBeGreaterThan(0)
    .then(async () => {
      return (await world.list(node))[hash]?.networking.mapped_ports?.['22']?.host ?? 0;
    });

const attempt = (port: number, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () =>
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        let text = '';
        channel.on('data', (data: Buffer) => (text += data));
        channel.on('close', () => {
          client.end();
          resolve(text);
        });
      }),
    );
    client.connect({ host: '127.0.0.1', port, username: 'root', privateKey: keys.private });
  });

/** sshd comes up seconds after `running`, in the devnet's time. */
const run = async (port: number, command: string): Promise<string> => {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(port, command);
    } catch (error) {
      if (tries >= 1000) throw error;
    }
  }
};

describe('guests of a served devnet', () => {
  it.each([
    ['G1', g1, 'kept\n'],
    ['G2', g2, 'gone\n'],
  ] as const)('a file on the disk of a %s node after erase and a new start', async (_, node, expected) => {
    const world = await open();
    const hash = await world.instance(node, { authorized_keys: [keys.public] });
    expect((await world.notify(node, hash)).status).toBe(200);
    await run(await portOf(world, node, hash), 'echo kept > marker');
    expect((await world.operate(node, hash, 'erase')).status).toBe(200);
    expect((await world.notify(node, hash)).status).toBe(200);
    expect(await run(await portOf(world, node, hash), 'cat marker 2>/dev/null || echo gone')).toBe(expected);
  });

  it('maps the port where the guest really listens, past one that is taken', async () => {
    const taken = createServer();
    blocker = taken;
    const port = await new Promise<number>((resolve) => {
      const listen = (wanted: number): void => {
        taken.once('error', () => listen(wanted + 1));
        taken.listen(wanted, '127.0.0.1', () => resolve(wanted));
      };
      listen(24_000);
    });
    const world = await open();
    const hash = await world.instance(g1, { authorized_keys: [keys.public] });
    await world.notify(g1, hash);
    const mapped = await portOf(world, g1, hash);
    expect(mapped).toBeGreaterThan(port);
    expect(await run(mapped, 'echo here')).toBe('here\n');
  });

  it('a saved devnet comes back with its VMs, their ports and their files', async () => {
    const guestFolder = mkdtempSync(join(tmpdir(), 'served-guests-test-'));
    const first = await open({ guestFolder });
    const hash = await first.instance(g1, { authorized_keys: [keys.public] });
    await first.notify(g1, hash);
    const port = await portOf(first, g1, hash);
    await run(port, 'echo kept > marker');
    const saved = JSON.parse(JSON.stringify(served.devnet.save())) as ReturnType<Devnet['save']>;
    await served.close();
    await expect(attempt(port, 'true')).rejects.toThrow();
    const again = await open({ guestFolder, saved });
    expect(again.devnet.clock.now()).toBeGreaterThanOrEqual(saved.at);
    // The same port, unless somebody else on this machine took it in between.
    expect(await run(await portOf(again, g1, hash), 'cat marker')).toBe('kept\n');
    rmSync(guestFolder, { recursive: true, force: true });
  });
});
