import { expect, test } from 'vitest';
import { formatInstant } from '../../../src/domain/text/instant.ts';
import { extend } from '../../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { create, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { type ContextOptions, Death, openWorld, type TestContext, testContext, type World } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const hour = 3_600_000;
const heads = '/aggregates/';

interface Posted {
  type: string;
  content: Record<string, unknown>;
}

/** The message that a request posts; null where it posts none. */
const messageIn = async (request: Request): Promise<Posted | null> => {
  if (request.method !== 'POST' || !request.url.endsWith('/api/v0/messages')) return null;
  const { message } = (await request.json()) as { message: { type: string; item_content: string } };
  const { content } = JSON.parse(message.item_content) as { content?: Record<string, unknown> };
  return { type: message.type, content: content ?? {} };
};
const isHead = (posted: Posted | null): boolean => posted?.type === 'AGGREGATE' && 'ledger' in posted.content;
const isPayment = (posted: Posted | null): boolean => posted?.type === 'INSTANCE' || (posted?.type === 'AGGREGATE' && !isHead(posted));

const shownBy = (world: World, host: 'a' | 'b'): { rows: number } | undefined => {
  const elements = world.devnet.ccn.state(host).aggregates.get(world.account)?.get('aleph-agent') ?? [];
  return Object.assign({}, ...elements.map(({ content }) => content))['ledger'];
};
const instances = (t: TestContext): string[] => t.bills().map(({ hash }) => hash);

const longer = async (t: TestContext): Promise<unknown> => {
  const plan = await planExtend(t.context, { reference: 'ci', bySeconds: 600, until: null, requestId: null, argumentsDigest: 'd' });
  return extend(t.context, plan);
};

/** From the first head that is posted on, a host answers otherwise. */
const fromHeadOn = (host: string, change: (body: unknown) => unknown): Pick<ContextOptions, 'onRequest' | 'spoil'> => {
  let posted = false;
  return {
    onRequest: async (request) => {
      if (isHead(await messageIn(request))) posted = true;
    },
    spoil: async (response, request) =>
      posted && request.method === 'GET' && request.url.includes(host) && request.url.includes(heads) && response.ok
        ? Response.json(change(await response.json()))
        : response,
  };
};
type Aggregate = { data: { 'aleph-agent'?: { ledger?: { id: string; rows: number; head: string; at: string } } } };

test('S-05 what is paid for leaves once both hosts show the hold, a create’s, an extension’s and that of the next node alike', async () => {
  const world = await openWorld();
  const seen: [string, boolean][] = [];
  const t: TestContext = await testContext({
    world,
    onRequest: async (request) => {
      const posted = await messageIn(request);
      if (!isPayment(posted)) return;
      const [held] = world.ledger.effects().filter(({ point }) => ['create.hold', 'create.failover', 'extend.hold'].includes(point));
      seen.push([held!.point, (['a', 'b'] as const).every((host) => (shownBy(world, host)?.rows ?? 0) >= held!.seq)]);
    },
  });
  world.fault('crn dies-mid-boot times=1');
  await world.run(createVm(t.context, { name: 'ci', crn: 'auto' }));
  await world.run(longer(t));
  expect(seen).toEqual([
    ['create.hold', true],
    ['create.failover', true],
    ['extend.hold', true],
  ]);
  await world.close();
});

test.each([
  ['both hosts answer 502 to the head', 'ccn status 502 method=POST path=/api/v0/messages'],
  ['one host hears nothing of it', 'ccn-b status 502 method=POST path=/api/v0/messages', 'ccn propagation 10m'],
])('S-05 %s: nothing is sent, the hold is released, and the same call may be made again', async (_case, ...faults) => {
  const t = await testContext();
  const lift = t.fault(...faults);
  const failure = await t.run(failureOf(create(t.context, { name: 'ci', crn, requestId: 'one' }, false)));
  expect(failure).toMatchObject({ code: 'HEAD_UNPUBLISHED', exit: 6, details: { sideEffects: 'none' } });
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  expect(t.ledger.operations({})).toMatchObject([{ state: 'failed', failure: 'HEAD_UNPUBLISHED', breaker: false }]);
  lift();
  await t.run(t.devnet.clock.wait(60_000));
  expect(instances(t)).toEqual([]);
  const { vm } = await t.run(create(t.context, { name: 'ci', crn, requestId: 'one' }, false));
  expect(instances(t)).toEqual([vm.id]);
});

test.each([
  ['an older head', (now: Aggregate['data']) => ({ ...now, 'aleph-agent': {} }), 'HEAD_UNPUBLISHED'],
  ['a head of this ledger with another row', (now: Aggregate['data']) => altered(now, { head: 'ab'.repeat(32) }), 'LEDGER_ROLLED_BACK'],
  ['a later row that is not here', (now: Aggregate['data']) => altered(now, { rows: 900 }), 'LEDGER_ROLLED_BACK'],
  ['another ledger’s head', (now: Aggregate['data']) => altered(now, { id: 'cd'.repeat(16) }), 'LEDGER_OTHER'],
])('S-05 one host shows %s: nothing is sent', async (_case, change, code) => {
  const body = (value: unknown): unknown => ({ ...(value as Aggregate), data: change((value as Aggregate).data) });
  const t = await testContext(fromHeadOn('ccn-b', body));
  const failure = await t.run(failureOf(create(t.context, { name: 'ci', crn }, false)));
  expect(failure).toMatchObject({ code, details: { sideEffects: 'none' } });
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  await t.run(t.devnet.clock.wait(60_000));
  expect(instances(t)).toEqual([]);
});

const altered = (data: Aggregate['data'], patch: object): Aggregate['data'] => {
  const { ledger, ...others } = data['aleph-agent'] ?? {};
  return { ...data, 'aleph-agent': { ...others, ...(ledger === undefined ? {} : { ledger: { ...ledger, ...patch } }) } };
};

test('S-05 holds of one ledger share a publication: a later head that contains the row is enough', async () => {
  const world = await openWorld({ nodes: 6 });
  let posts = 0;
  const onRequest = async (request: Request): Promise<void> => {
    if (isHead(await messageIn(request))) posts += 1;
  };
  const processes = await Promise.all([1, 2, 3].map((seed) => testContext({ world, seed, onRequest })));
  await world.run(Promise.all(processes.map((t, nth) => create(t.context, { name: `vm-${nth}` }, false))));
  expect(world.ledger.vms({}).map(({ state }) => state)).not.toContain('dormant');
  expect(world.ledger.head({ account: world.account })).toMatchObject({ published: true });
  // Each head goes to two hosts.
  expect(posts).toBeLessThan(2 * processes.length);
  await world.close();
});

test('S-05 an extension whose hold does not become public leaves the old expiry and the old hold', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', crn }));
  const lift = t.fault('ccn status 502 method=POST path=/api/v0/messages');
  const failure = await t.run(failureOf(longer(t)));
  expect(failure).toMatchObject({ code: 'HEAD_UNPUBLISHED', details: { sideEffects: 'none' } });
  expect(t.ledger.vm(vm.id)).toMatchObject({ expiresAt: vm.expiresAt, hold: vm.hold });
  lift();
  await t.run(reconcile(t.context, t.account));
  const [word] = await t.run((await t.context.cloud()).accounts.journal(t.account));
  expect(word?.expiries).toEqual({});
  await t.run(longer(t));
  expect(t.ledger.vm(vm.id)?.expiresAt).toBe(vm.expiresAt + 600_000);
});

test.each([
  ['create.hold', 'after'],
  ['ledger.publish', 'before'],
  ['ledger.publish', 'after'],
  ['ledger.head', 'before'],
  ['ledger.head', 'after'],
  ['create.publish', 'before'],
] as const)('S-05 a process that dies at %s:%s leaves a hold that recovery rolls back: it creates nothing', async (point, when) => {
  const world = await openWorld();
  const dying = await testContext({
    world,
    seed: 2,
    crash: (at, side) => {
      if (at === point && side === when) throw new Death();
    },
  });
  await expect(world.run(create(dying.context, { name: 'ci', crn }, false))).rejects.toBeInstanceOf(Death);
  const t = await testContext({ world, seed: 3 });
  await world.run(world.devnet.clock.wait(16 * 60_000));
  await world.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  expect(instances(t)).toEqual([]);
  const { vm } = await world.run(create(t.context, { name: 'next', crn }, false));
  expect(instances(t)).toEqual([vm.id]);
  await world.close();
});

test('S-05 bytes of an earlier call are sent only while its hold is public', async () => {
  const world = await openWorld();
  const dying = await testContext({
    world,
    seed: 2,
    crash: (at, side) => {
      if (at === 'create.publish' && side === 'before') throw new Death();
    },
  });
  await expect(world.run(create(dying.context, { name: 'ci', crn, requestId: 'one' }))).rejects.toBeInstanceOf(Death);
  await world.run(world.devnet.clock.wait(60_000));
  const other = { id: 'cd'.repeat(16), rows: 3, head: 'ef'.repeat(32), at: formatInstant(world.devnet.clock.now()) };
  const elsewhere = (body: unknown): unknown => ({ ...(body as Aggregate), data: { 'aleph-agent': { ledger: other } } });
  const misled = await testContext({
    world,
    seed: 3,
    timeoutMs: 5_000,
    spoil: async (response, request) => (request.url.includes(heads) ? Response.json(elsewhere(await response.json())) : response),
  });
  await world.run(failureOf(create(misled.context, { name: 'ci', crn, requestId: 'one' })));
  expect(instances(misled)).toEqual([]);
  const t = await testContext({ world, seed: 4 });
  const { vm } = await world.run(create(t.context, { name: 'ci', crn, requestId: 'one' }));
  expect(vm.state).toBe('healthy');
  expect(vm.expiresAt - vm.signedAt).toBe(hour);
  await world.close();
});

test.each([
  ['a create', async (t: TestContext) => void (await createVm(t.context, { name: 'late', crn: 'http://crn-1.devnet.test' }))],
  ['an extension', async (t: TestContext) => void (await longer(t))],
])('S-05 hosts that do not answer about the head keep %s no longer than --timeout allows', async (_what, spend) => {
  const world = await openWorld();
  await world.run(createVm((await testContext({ world })).context, { name: 'ci', crn }));
  let slow = false;
  const t = await testContext({
    world,
    seed: 2,
    timeoutMs: 6_000,
    onRequest: async (request) => {
      if (slow || !isHead(await messageIn(request))) return;
      slow = true;
      world.fault('ccn latency 60s');
    },
  });
  const startedAt = world.devnet.clock.now();
  const failure = await world.run(failureOf(spend(t)));
  expect(failure).toMatchObject({ code: 'HEAD_UNPUBLISHED', details: { sideEffects: 'none' } });
  // a second for what is read before, as the timeout is of the applying
  expect(world.devnet.clock.now() - startedAt).toBeLessThanOrEqual(7_000);
  expect(instances(t)).toHaveLength(1);
  await world.close();
});
