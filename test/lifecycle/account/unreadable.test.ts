import { expect, test } from 'vitest';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { priceTimes } from '../../support/devnet/devnet-moves.ts';
import { create, createVm, failureOf, gc, planCreate } from '../../support/lifecycle-calls.ts';
import { openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';

/** Nothing was signed, held or sent. */
const nothingHappened = (t: TestContext): void => {
  expect(t.requests.filter((request) => request.startsWith('POST') && request.endsWith('/api/v0/messages'))).toEqual([]);
  expect(t.vms()).toEqual([]);
  expect(t.ledger.operations()).toEqual([]);
  expect(t.phases).toEqual([]);
};

const spoils: [string, (t: TestContext) => void][] = [
  ['one host answers other types', (t) => void t.fault('ccn-b wrong-types path=/aggregates')],
  ['one host lies by a tenth', (t) => priceTimes(t.devnet, 1.1, 'b')],
  ['both say a thousand times the usual', (t) => priceTimes(t.devnet, 1000)],
  ['both say a hundredth of the usual', (t) => priceTimes(t.devnet, 0.01)],
];

test.each(spoils)('product.md §1 rule 12: prices when %s: PRICE_UNREADABLE, nothing is sent', async (_case, spoil) => {
  const t = await testContext();
  spoil(t);
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'PRICE_UNREADABLE', exit: 6 });
  nothingHappened(t);
});

test.each([
  ['no host answers', 'ccn drop-before path=/aggregates'],
  ['one host alone answers', 'ccn-b drop-before path=/aggregates'],
  ['both answer 503', 'ccn status 503 path=/aggregates'],
])('R-07 prices when %s: NETWORK_UNAVAILABLE, nothing is sent', async (_case, fault) => {
  const t = await testContext();
  t.fault(fault);
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'NETWORK_UNAVAILABLE', exit: 6 });
  nothingHappened(t);
});

test.each(['balance', 'costs', 'credit_history', 'messages.json'])('%s unreadable: BALANCE_UNREADABLE, nothing is sent', async (path) => {
  const t = await testContext();
  t.fault(`ccn status 503 path=/${path}`);
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'BALANCE_UNREADABLE', exit: 6 });
  nothingHappened(t);
});

/** Longer than the figures of a plan count. */
const grownOld = (t: TestContext): Promise<void> => t.run(t.devnet.clock.wait(10_001));

test('what becomes unreadable after the plan stops the create all the same', async () => {
  const t = await testContext();
  const plan = await t.run(planCreate(t.context, { crn }));
  await grownOld(t);
  const lift = t.fault('ccn wrong-types path=/balance');
  expect(await t.run(failureOf(provision(t.context, plan, true)))).toMatchObject({ code: 'BALANCE_UNREADABLE' });
  lift();
  t.fault('ccn-a wrong-types path=/aggregates');
  expect(await t.run(failureOf(provision(t.context, plan, true)))).toMatchObject({ code: 'PRICE_UNREADABLE' });
  nothingHappened(t);
});

test('the price moves by more than two per cent between plan and hold: PRICE_MOVED, nothing is sent', async () => {
  const t = await testContext();
  const plan = await t.run(planCreate(t.context, { crn }));
  await grownOld(t);
  priceTimes(t.devnet, 0.97);
  expect(await t.run(failureOf(provision(t.context, plan, true)))).toMatchObject({ code: 'PRICE_MOVED', exit: 7 });
  nothingHappened(t);
});

test.each([5, -5])('product.md §1 rule 13: a clock %i min off creates nothing, and destroys when told to', async (minutes) => {
  const world = await openWorld();
  const right = await testContext({ world });
  const vm = await world.run(createVm(right.context, { crn, name: 'ci' }));
  const off = await testContext({ world, skewMs: minutes * 60_000 });
  const failure = await world.run(failureOf(create(off.context, { crn, name: 'next' })));
  expect(failure).toMatchObject({ code: 'CLOCK_UNTRUSTED', exit: 6 });
  expect(world.ledger.vms()).toHaveLength(1);
  const { vm: gone } = await world.run(destroy(off.context, vm.id, 'destroy'));
  expect(gone.state).toBe('terminated');
  expect(off.bills()[0]?.endedAt).not.toBeNull();
  await world.close();
});

test.each([
  ['both hosts tell the time', [], 90],
  ['one host tells it', ['ccn-b drop-before path=/api/v0/version'], 60],
] as const)('rule 2: a VM that outlived its expiry, ended by a clock that is an hour behind, where %s', async (_way, faults, minutes) => {
  const world = await openWorld();
  const right = await testContext({ world });
  const vm = await world.run(createVm(right.context, { crn, name: 'ci', ttlSeconds: 3600 }));
  await world.run(world.devnet.clock.wait(90 * 60_000 - (right.devnet.clock.now() - vm.signedAt)));
  for (const fault of faults) right.fault(fault);
  const off = await testContext({ world, skewMs: -60 * 60_000 });
  const { vm: gone } = await world.run(destroy(off.context, vm.id, 'destroy'));
  const least = Math.floor(Number(vm.rate) * minutes * 60);
  expect(Number(gone.hold)).toBeGreaterThanOrEqual(least);
  expect(Number(gone.hold)).toBeLessThan(least * 1.05);
  await world.close();
});

test('a clock that is off ends nothing by expiry', async () => {
  const world = await openWorld();
  const right = await testContext({ world });
  const vm = await world.run(createVm(right.context, { crn, ttlSeconds: 3600 }));
  await world.run(world.devnet.clock.wait(58 * 60_000));
  const off = await testContext({ world, skewMs: 5 * 60_000 });
  expect(await world.run(gc(off.context, off.account))).toMatchObject([{ id: vm.id, reason: 'expired', problem: 'CLOCK_UNTRUSTED' }]);
  expect(world.ledger.vm(vm.id)).toMatchObject({ state: 'healthy' });
  await world.close();
});

test('a ledger with a row of the future: CLOCK_UNTRUSTED, nothing is sent', async () => {
  const t = await testContext();
  t.ledger.write('settle.expenses', (transaction) =>
    transaction.recordEffect({
      at: t.devnet.clock.now() + 60_000,
      point: 'settle.expenses',
      network: 'devnet',
      account: t.account,
      agent: null,
      task: null,
      operation: null,
      vm: null,
      outcome: 'written by a clock ahead of this one',
      credits: null,
      latencyMs: null,
      facts: { rows: 0, vms: 0 },
    }),
  );
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'CLOCK_UNTRUSTED' });
  nothingHappened(t);
  await t.run(t.devnet.clock.wait(60_000));
  expect(await t.run(createVm(t.context, { crn }))).toMatchObject({ state: 'healthy' });
});

test('R-07 product.md §1 rule 13: only one of two hosts tells the time: CLOCK_UNTRUSTED names the other', async () => {
  const t = await testContext();
  t.fault('ccn-b drop-before path=/api/v0/version');
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({
    code: 'CLOCK_UNTRUSTED',
    message: expect.stringMatching(/^ccn-b.devnet.test did not tell the time/),
  });
  nothingHappened(t);
});

test('XA-08 the reserve and the guard are held against what is committed, not against the balance alone', async () => {
  const t = await testContext();
  const first = await t.run(planCreate(t.context, { crn, name: 'one' }));
  const before = Object.fromEntries(first.checks.map(({ code, figure, limit }) => [code, { figure, limit }]));
  await t.run(create(t.context, { crn, name: 'one', ttlSeconds: 4 * 3600 }, false));
  const second = await t.run(planCreate(t.context, { crn, name: 'two' }));
  const after = Object.fromEntries(second.checks.map(({ code, figure, limit }) => [code, { figure, limit }]));
  // 24 h of both, both until their expiry.
  expect(before['CREDIT_RESERVE_SHORT']!.figure).toBe('0.35625');
  expect(after['CREDIT_RESERVE_SHORT']!.figure).toBe('0.75525');
  expect(after['BALANCE_GUARD']!.limit).toBe('2.0000');
  expect(Number(before['BALANCE_GUARD']!.figure) - Number(after['BALANCE_GUARD']!.figure)).toBeCloseTo(0.057, 6);
});
