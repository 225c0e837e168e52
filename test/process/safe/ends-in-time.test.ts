import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { putLimits } from '../../support/put-limits.ts';
import { type RawDoor, rawDoor } from '../../support/safe/raw-door.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { letManyInWithTokens, tokenOf, type WireAnswer, wireCall } from '../../support/safe/wire-call.ts';

/** More than there have to be: agents that choose at one moment may meet at a node that has no room for all of them. */
const pits = { made: 80, least: 64 };
/** All of them are let in and may come at any time; a hundred hold a connection. */
const idlers = Array.from({ length: 500 }, (_, n) => `idle-${n}`);
const makers = Array.from({ length: 16 }, (_, n) => `maker-${n}`);
const flooders = Array.from({ length: 8 }, (_, n) => `flood-${n}`);

/** From a VM's expiry to the end of its bill, ms (safe.md §7.7). */
const mostMs = 10_000;

let devnet: DevnetProcess;
let owner: AlephHome;
let safe: ServedSafe;
beforeAll(async () => {
  devnet = await startDevnet({ nodes: 100, clockRate: 1 });
  owner = await devnet.home('50');
  const now = await devnet.now();
  owner.ledger((ledger) => {
    putLimits(ledger, owner.address, {
      maxVms: 100,
      creationsPerMinute: 1000,
      maxBurnCreditsPerHour: 10n ** 9n,
      maxDayCredits: 10n ** 9n,
      maxTotalCredits: 10n ** 9n,
    });
    letManyInWithTokens(ledger, [...makers, ...flooders, ...idlers], { account: owner.address, now });
  });
  safe = await serveSafe(owner);
});
afterAll(async () => {
  await safe.close();
  await devnet.close();
});

/** Made again where others were in the way, as a client does. */
const create = async (agent: string, name: string, ttl: string, tries = 20): Promise<WireAnswer> => {
  const answer = await wireCall(safe.socket, agent, { command: 'vm create', input: { name, ttl, wait: false, requestId: name } });
  const again = !answer.ok && /^(NODE_UNAVAILABLE|LEDGER_BUSY|NETWORK_|DEVNET_)/.test(answer.error.code);
  if (again && tries > 1) return create(agent, name, ttl, tries - 1);
  expect(answer, JSON.stringify(answer)).toMatchObject({ ok: true });
  return answer;
};

/** A connection of an agent that has asked who it is, and says nothing more. */
const idle = async ({ open, host }: RawDoor, agent: string): Promise<Socket> => {
  const socket = await open();
  const answered = new Promise<string>((resolve) => socket.setEncoding('utf8').once('data', resolve));
  socket.write(`GET /v1/whoami HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${tokenOf(agent)}\r\n\r\n`);
  expect(await answered).toMatch(/^HTTP\/1\.1 200 /);
  return socket;
};

const inTurn = async <Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<unknown>): Promise<void> => {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

it('500 idle agents, 64 VMs whose SSH is a tar pit and a flood of refused calls do not delay an end by more than ten seconds', async () => {
  // the first one, which has its node to itself
  const { data } = await create(makers[0]!, 'due', '1h');
  const places = Array.from({ length: pits.made }, (_, n) => n);
  await inTurn(places, 4, (n) => create(makers[n % makers.length]!, `pit-${n}`, '4h'));
  await devnet.advance(5 * 60_000);
  // seen to be up, so that each of them is looked after from now on
  const seen = await owner.run('gc --execute');
  expect(seen.exit, seen.stdout).toBe(0);
  const healthy = owner.ledger((ledger) => ledger.vms({ states: ['healthy'] }).map(({ name }) => name));
  expect(healthy).toContain('due');
  expect(healthy.length).toBeGreaterThan(pits.least);
  await devnet.fault('crn ssh-silent');
  await safe.close();
  const due = owner.ledger((ledger) => ledger.vms().find(({ name }) => name === 'due')!);
  expect(due.id.startsWith(data.id)).toBe(true);
  // sooner than a connection on which nothing comes is let go
  await devnet.advance(due.expiresAt - (await devnet.now()) - 20_000);
  // it starts while all of them are silent, and is to arm them
  safe = await serveSafe(owner);
  const door = rawDoor(safe, 'socket');
  const connections: Socket[] = [];
  await inTurn(idlers.slice(0, 100), 16, async (name) => connections.push(await idle(door, name)));

  let over = false;
  const flood = async (agent: string): Promise<void> => {
    while (!over) {
      await wireCall(safe.socket, agent, { command: 'keys ls' });
      await door.ask('GET /v1/whoami', { authorization: `Bearer ${'a'.repeat(43)}` });
    }
  };
  const floods = flooders.flatMap((agent) => [flood(agent), flood(agent)]);
  const bill = async () => (await devnet.bills()).find(({ hash }) => hash === due.id)!;
  let billed = await bill();
  while (billed.endedAt === null && (await devnet.now()) < due.expiresAt + 6 * mostMs) billed = await bill();
  over = true;
  await Promise.all(floods);
  expect((billed.endedAt ?? Number.POSITIVE_INFINITY) - due.expiresAt).toBeLessThan(mostMs);
  expect(connections.filter((socket) => !socket.destroyed)).toHaveLength(100);
  for (const socket of connections) socket.destroy();
});
