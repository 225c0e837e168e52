import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agreed } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { letInWithToken, wireCall } from '../../support/safe/wire-call.ts';

const names = Array.from({ length: 40 }, (_, n) => `agent-${n}`);
const creditsOf = (n: number): number => 1_000_000 + n * 10_000;
const totalOf = (n: number): number => creditsOf(n) / 1_000_000;

let devnet: DevnetProcess;
let owner: AlephHome;
let safe: ServedSafe;
let folder: string;
beforeAll(async () => {
  // a clock that waits for those who live by it makes each call look for itself
  devnet = await startDevnet({ nodes: 6, clockRate: 1 });
  owner = await devnet.home('50');
  folder = mkdtempSync(join(tmpdir(), 'aleph-agent-asked-'));
  const now = await devnet.now();
  owner.ledger((ledger) => {
    for (const [n, name] of names.entries()) {
      letInWithToken(ledger, name, { account: owner.address, now, limits: { maxTotalCredits: String(creditsOf(n)) } });
    }
  });
  const counted = { NODE_OPTIONS: `--require ${resolve('scripts/bench/count-requests.cjs')}`, ALEPH_BENCH_REQUESTS: join(folder, 'asked') };
  safe = await serveSafe(owner, { env: counted });
});
afterAll(async () => {
  await safe.close();
  await devnet.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the safe has asked the network so far. */
const asked = (): string[] =>
  readFileSync(join(folder, 'asked'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as [number, number, string])[2]);

const status = async (name: string) => {
  const answer = await wireCall(safe.socket, name, { command: 'status' });
  expect(answer, name).toMatchObject({ ok: true });
  return answer.data;
};

it('40 agents that ask at once cost the network little more than one, and each is told its own', async () => {
  const before = asked().length;
  await status(names[0]!);
  const alone = asked().length - before;
  expect(alone).toBeGreaterThan(10);
  const all = await Promise.all(names.map(status));
  // a slow machine needs more than a moment, and so more than one look
  expect(asked().length - before - alone).toBeLessThanOrEqual(8 * alone);
  expect(all.map(({ usd }) => Number(usd))).toEqual(names.map((_, n) => totalOf(n)));
  for (const { asOf, stale } of all) expect([stale, Date.parse(asOf) <= Date.now()]).toEqual([false, true]);
});

it('what one agent makes is in its next look at once, and in nobody else’s', async () => {
  await Promise.all(names.slice(0, 8).map(status));
  const made = await wireCall(safe.socket, names[1]!, { command: 'vm create', input: { name: 'box', ttl: '1h', wait: false } });
  expect(made).toMatchObject({ ok: true });
  const [first, second] = await Promise.all([status(names[0]!), status(names[1]!)]);
  expect([first.live, first.vms, first.usdPerHour, Number(first.usd)]).toEqual([0, [], '0', 1]);
  expect([second.live, second.vms.length, Number(second.usd) < totalOf(1)]).toEqual([1, 1, true]);
  const listed = await Promise.all(
    names.slice(0, 3).map(async (name) => (await wireCall(safe.socket, name, { command: 'vm ls' })).data.items),
  );
  expect(listed).toMatchObject([[], [{ name: 'box', onNetwork: true }], []]);
});

it('whatever looks is answered twice in a moment alike, and to each agent as its own', async () => {
  const crn = (await wireCall(safe.socket, names[1]!, { command: 'crns ls' })).data.items[0].hash as string;
  const lines = [
    { command: 'whoami' },
    { command: 'credits balance' },
    { command: 'credits history' },
    { command: 'credits prices' },
    { command: 'credits estimate', input: { cu: 1, ttl: '1h' } },
    { command: 'crns ls' },
    { command: 'crns show', input: { crn } },
    { command: 'crns check', input: { crn } },
    { command: 'vm ls' },
    { command: 'vm show', input: { vm: 'box' } },
    { command: 'vm port ls', input: { vm: 'box' } },
    { command: 'approvals ls' },
  ];
  for (const line of lines) {
    const [one, other, stranger] = await Promise.all([names[1]!, names[1]!, names[0]!].map((name) => wireCall(safe.socket, name, line)));
    expect(one, line.command).toMatchObject({ ok: true });
    expect(Object.keys(other!.data), line.command).toEqual(Object.keys(one!.data));
    const isOwn = line.input !== undefined && 'vm' in line.input;
    expect(stranger, line.command).toMatchObject(isOwn ? { error: { code: 'VM_NOT_FOUND' } } : { ok: true });
  }
});

it('what spends is judged by a balance that was read for it, however warm the figures are', async () => {
  await status(names[2]!);
  const before = asked().length;
  const made = await wireCall(safe.socket, names[2]!, { command: 'vm create', input: { name: 'mine', ttl: '1h', wait: false } });
  expect(made).toMatchObject({ ok: true });
  const own = asked().slice(before);
  for (const figure of [/\/balance\?/, /\/costs\?/, /\/credit_history\?/, /msgTypes=INSTANCE/, /\/aggregates\/.*keys=pricing/]) {
    expect(own.filter((line) => figure.test(line)).length, String(figure)).toBeGreaterThan(0);
  }
});

it('a slice that is narrowed, an agent that is put out and a freeze are seen at once', async () => {
  const narrowed = await agreed(owner, `agents limit ${names[4]} --budget 0.5`);
  await Promise.all(names.map(status));
  expect(narrowed.exit, narrowed.stdout).toBe(0);
  expect(await status(names[4]!)).toMatchObject({ usd: '0.5000' });
  const out = await owner.run(`agents revoke ${names[5]}`);
  expect(out.exit, out.stdout).toBe(0);
  expect(await wireCall(safe.socket, names[5]!, { command: 'status' })).toMatchObject({ error: { code: 'AGENT_REFUSED' } });
  expect((await status(names[6]!)).frozenSince).toBeNull();
  const frozen = await owner.run('freeze');
  expect(frozen.exit, frozen.stdout).toBe(0);
  expect((await status(names[6]!)).frozenSince).not.toBeNull();
});
