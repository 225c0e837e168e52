import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../../src/lifecycle/gc/collect-garbage.ts';
import { planGc } from '../../src/lifecycle/gc/plan-gc.ts';
import { reconcile } from '../../src/lifecycle/gc/reconcile.ts';
import { codeOf, createVm, failureOf } from '../support/lifecycle-calls.ts';
import { strayVm } from '../support/strays/strays.ts';
import { type ContextOptions, type TestContext, testContext } from '../support/test-context.ts';

const hour = 3_600_000;
const never = '2099-01-01T00:00:00.000Z';

const round = async (t: TestContext) => t.run(planGc(t.context, t.account).then((items) => collectGarbage(t.context, t.account, items)));

/** A host whose clock is off. */
const dated =
  (offMs: number): NonNullable<ContextOptions['third']> =>
  async (response) => {
    const theirs = Date.parse(response.headers.get('date') ?? '');
    const headers = new Headers(response.headers);
    headers.set('date', new Date(theirs + offMs).toUTCString());
    return new Response(response.body, { status: response.status, headers });
  };

/** A host that has an extension of every VM that nobody else has. */
const extends_ =
  (vm: () => string | undefined): NonNullable<ContextOptions['third']> =>
  async (response, { url }) => {
    const id = vm();
    const [, address] = /aggregates\/(0x[0-9a-fA-F]{40})\.json.*aleph-agent/.exec(url) ?? [];
    if (address === undefined || id === undefined) return response;
    const { data } = response.ok ? ((await response.json()) as { data: Record<string, object> }) : { data: {} };
    const journal = { ...data['aleph-agent' as keyof typeof data], [id]: { expires: never } };
    return Response.json({ address, data: { ...data, 'aleph-agent': journal } }, { headers: { date: response.headers.get('date') ?? '' } });
  };

/** A host that lists a VM of the account's which nobody signed. */
const invents =
  (account: () => string | undefined): NonNullable<ContextOptions['third']> =>
  async (response, { url }) => {
    if (account() === undefined || !url.includes('/messages.json') || !url.includes('msgTypes=INSTANCE')) return response;
    const content = {
      address: account(),
      time: Date.parse('2026-11-20T12:00:00Z') / 1000,
      metadata: { name: 'invented', 'aleph-agent': 1, expires: never },
      resources: { vcpus: 1, memory: 2048 },
      rootfs: { parent: { ref: 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717' }, size_mib: 20_480 },
    };
    const item_content = JSON.stringify(content);
    const item_hash = createHash('sha256').update(item_content).digest('hex');
    const signature = `0x${'1b'.repeat(65)}`;
    const invented = { item_hash, item_content, type: 'INSTANCE', chain: 'ETH', sender: account(), signature, item_type: 'inline' };
    const { messages, ...page } = (await response.json()) as { messages: object[]; pagination_total: number };
    return Response.json({ ...page, messages: [...messages, invented], pagination_total: page.pagination_total + 1 });
  };

/** A host that answers every question for a path with this instead. */
const answers =
  (path: RegExp, change: (body: Record<string, unknown>) => object): NonNullable<ContextOptions['third']> =>
  async (response, { method, url }) =>
    method === 'GET' && response.ok && path.test(url)
      ? Response.json(change((await response.json()) as Record<string, unknown>))
      : response;

const ofMessage = /\/api\/v0\/messages\/[0-9a-f]{64}(\/status)?$/;

describe('S-02 S-03 S-13 one CCN host of three that lies, and how long after its expiry gc ends a VM', () => {
  it.each<[string, (seen: { account: string; id: string }) => NonNullable<ContextOptions['third']>]>([
    ['the time', () => dated(300_000)],
    ['the expiry', ({ id }) => extends_(() => id)],
    ['prices', () => answers(/\/api\/v0\/(price|costs)/, (body) => ({ ...body, cost: '9', required_tokens: 9 }))],
    ['status: alive for ever', () => answers(ofMessage, (body) => ({ ...body, status: 'processed' }))],
    ['status: gone already', () => answers(ofMessage, ({ item_hash }) => ({ item_hash, status: 'forgotten' }))],
    ['VMs that it invented', ({ account }) => invents(() => account)],
  ])('%s: within a minute', async (_about, lie) => {
    let third: ContextOptions['third'] = async (response) => response;
    const t = await testContext({ third: (response, request) => third!(response, request) });
    const vm = await t.run(createVm(t.context, { ttlSeconds: 3600 }));
    third = lie({ account: t.account, id: vm.id });
    await t.devnet.clock.advance((vm.expiresAt - t.devnet.clock.now()) / 2);
    await round(t).catch(() => null);
    expect(t.bills()).toMatchObject([{ endedAt: null }]);
    await t.devnet.clock.advance(vm.expiresAt - t.devnet.clock.now());
    await round(t).catch(() => null);
    expect(t.bills()[0]?.endedAt).toBeLessThan(vm.expiresAt + 60_000);
  });
});

describe('one CCN host that lies', () => {
  it.each([-300_000, 300_000])('S-02: about the time by %i ms, where two others tell it right, keeps no VM alive', async (offMs) => {
    const t = await testContext({ third: dated(offMs) });
    const vm = await t.run(createVm(t.context, { ttlSeconds: 4 * 3600 }));
    await t.devnet.clock.advance(vm.expiresAt - t.devnet.clock.now());
    expect(await round(t)).toMatchObject([{ id: vm.id, reason: 'expired', reached: 'terminated', problem: null }]);
    expect(t.warnings).toContainEqual({
      code: 'HOST_CLOCK_OFF',
      message: expect.stringMatching(/^The clock of CCN host http:\/\/ccn-c\.devnet\.test is 30[01] s off; 2 others agree/),
    });
  });

  it('S-02: of two, nobody knows which is right: nothing is spent, and nothing is ended by expiry', async () => {
    const off = dated(300_000);
    let lies = false;
    const t = await testContext({
      spoil: (response, request) => (lies && request.url.includes('ccn-b') ? off(response, request) : Promise.resolve(response)),
    });
    const vm = await t.run(createVm(t.context, { ttlSeconds: 4 * 3600 }));
    lies = true;
    await t.devnet.clock.advance(vm.expiresAt - t.devnet.clock.now());
    expect(await round(t)).toMatchObject([{ reason: 'expired', reached: null, problem: 'CLOCK_UNTRUSTED' }]);
    expect(await t.run(failureOf(createVm(t.context, {})))).toMatchObject({ code: 'CLOCK_UNTRUSTED' });
  });

  it('S-03: about the expiry, is outvoted by two', async () => {
    let id: string | undefined;
    const t = await testContext({ third: extends_(() => id) });
    const vm = await t.run(createVm(t.context, { ttlSeconds: 4 * 3600 }));
    id = vm.id;
    await t.devnet.clock.advance(vm.expiresAt - t.devnet.clock.now());
    expect(await round(t)).toMatchObject([{ id: vm.id, reason: 'expired', reached: 'terminated', problem: null }]);
  });

  it('S-13: about what there is, makes no VM ours: nothing is taken in, and spending goes on', async () => {
    let account: string | undefined;
    const t = await testContext({ third: invents(() => account) });
    const vm = await t.run(createVm(t.context, { ttlSeconds: 3600 }));
    account = t.account;
    expect(await round(t)).toEqual([]);
    expect(t.vms()).toMatchObject([{ id: vm.id }]);
    await t.devnet.clock.advance(61_000);
    await t.run(createVm(t.context, {}));
    await t.devnet.clock.advance(vm.expiresAt - t.devnet.clock.now());
    expect(await round(t)).toMatchObject([{ id: vm.id, reason: 'expired', reached: 'terminated', problem: null }]);
  });

  it('S-13: a row that was taken in on one host’s word is closed once two deny it for an hour, and holds nothing more', async () => {
    const t = await testContext();
    const vm = await t.run(createVm(t.context, { ttlSeconds: 3600 }));
    const forEver = {
      ...vm,
      id: 'e'.repeat(64),
      name: 'invented',
      operation: 'op_invented',
      expiresAt: Date.parse(never),
      hold: 9_000_000n,
    };
    t.ledger.write('reconcile.adopt', (transaction) => transaction.insertVm(forEver));
    expect(await t.run(codeOf(createVm(t.context, {})))).toMatch(/LIMIT|GUARD|SHORT/);
    const states = () => t.vms().find(({ name }) => name === 'invented');
    await round(t);
    expect(states()?.state).not.toBe('dormant');
    await t.devnet.clock.advance(61 * 60_000);
    await round(t);
    expect(states()).toMatchObject({ state: 'dormant', hold: 0n });
    await t.run(createVm(t.context, {}));
  });

  it('S-13: what another program of this key signed for ever is taken in until the longest lifetime, and ended then', async () => {
    const t = await testContext();
    const id = await t.run(strayVm(t, { marked: true, expiresAt: Date.parse(never) }));
    await t.run(reconcile(t.context, t.account));
    const [row] = t.vms();
    expect(row).toMatchObject({ id, expiresAt: row!.signedAt + 24 * hour });
    await t.devnet.clock.advance(row!.expiresAt - t.devnet.clock.now());
    expect((await round(t)).find(({ reason }) => reason === 'expired')).toMatchObject({ id, reached: 'terminated' });
  });

  it('S-03: of two, puts off the end to the time at which the timer in the VM ends it, and that is said', async () => {
    let id: string | undefined;
    const lie = extends_(() => id);
    const t = await testContext({
      spoil: (response, request) => (request.url.includes('ccn-b') ? lie(response, request) : Promise.resolve(response)),
    });
    const vm = await t.run(createVm(t.context, { ttlSeconds: 4 * 3600 }));
    id = vm.id;
    // the longest lifetime of 24 h, and a day
    const limit = vm.signedAt + 48 * hour;
    await t.devnet.clock.advance(vm.expiresAt - t.devnet.clock.now());
    expect((await round(t)).filter(({ reason }) => reason === 'expired')).toEqual([]);
    expect(t.warnings).toContainEqual({
      code: 'EXPIRY_CONTESTED',
      message: expect.stringMatching(/one CCN host alone says that it lives until 2099-01-01T00:00:00Z\. It is ended at 2026-11-22T12:/),
    });
    await t.devnet.clock.advance(limit - t.devnet.clock.now());
    expect(await round(t)).toMatchObject([{ id: vm.id, reason: 'expired', reached: 'terminated', problem: null }]);
  });
});
