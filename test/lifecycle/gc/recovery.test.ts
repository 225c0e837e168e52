import { expect, onTestFinished, test } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { planGc } from '../../../src/lifecycle/gc/plan-gc.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { create, createVm, gc, planCreate } from '../../support/lifecycle-calls.ts';
import { Death, openWorld, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const hours = (count: number) => count * 3600_000;

test('W-113 W-112 a lost ledger: reconcile takes in every marked VM with its expiry and its cost, and can end it', async () => {
  const world = await openWorld();
  const before = await testContext({ world });
  const one = await world.run(createVm(before.context, { name: 'one', crn, ttlSeconds: 7200 }));
  const two = await world.run(createVm(before.context, { name: 'two', crn: 'http://crn-1.devnet.test', size: { computeUnits: 2 } }));
  await world.run(world.devnet.clock.wait(hours(1.5)));

  const ledger = openMemoryLedger({ now: world.devnet.clock.now });
  const after = await testContext({ world, ledger });
  const { adopted, newExpenses } = await world.run(reconcile(after.context, after.account));
  expect(adopted.map(({ id }) => id)).toEqual([one.id, two.id]);
  for (const vm of [one, two]) {
    expect(ledger.vm(vm.id)).toMatchObject({
      state: 'healthy',
      account: vm.account,
      payer: vm.payer,
      spec: vm.spec,
      node: vm.node,
      signedAt: vm.signedAt,
      expiresAt: vm.expiresAt,
      rate: vm.rate,
      hold: vm.hold,
    });
    expect(ledger.vm(vm.id)!.billed).toBeGreaterThan(0n);
  }
  expect(newExpenses).toBeGreaterThan(0);
  // The second time nothing is new.
  const again = await world.run(reconcile(after.context, after.account));
  expect(again).toMatchObject({ adopted: [], moved: [], newExpenses: 0 });

  await world.run(destroy(after.context, one.id, 'destroy'));
  expect(after.bills().map(({ endedAt }) => endedAt !== null)).toEqual([true, false]);
  ledger.close();
  await world.close();
});

test('XA-13 a machine with an empty ledger counts what the network shows before it creates', async () => {
  const world = await openWorld();
  const here = await testContext({ world });
  for (const name of ['one', 'two', 'three']) {
    await world.run(create(here.context, { name, crn }, false));
    await world.run(world.devnet.clock.wait(61_000));
  }
  const ledger = openMemoryLedger({ now: world.devnet.clock.now });
  const there = await testContext({ world, ledger });
  const plan = await world.run(planCreate(there.context, { crn }));
  expect(plan.failing.map(({ code }) => code)).toContain('TOO_MANY_VMS');
  ledger.close();
  await world.close();
});

test('XA-03 W-147 gc: expired VMs end, others stay; the dry run touches nothing', async () => {
  const t = await testContext();
  const short = await t.run(createVm(t.context, { name: 'short', crn, ttlSeconds: 1800 }));
  const long = await t.run(createVm(t.context, { name: 'long', crn, ttlSeconds: 7200 }));
  expect(await t.run(planGc(t.context, t.account))).toEqual([]);
  await t.run(t.devnet.clock.wait(hours(0.6)));
  const sent = t.requests.filter((request) => request.startsWith('POST')).length;
  const effects = t.ledger.effects({ limit: 1000 }).length;
  expect(await t.run(planGc(t.context, t.account))).toMatchObject([{ id: short.id, reason: 'expired', state: 'healthy' }]);
  expect(t.requests.filter((request) => request.startsWith('POST'))).toHaveLength(sent);
  expect(t.ledger.effects({ limit: 1000 })).toHaveLength(effects);
  expect(await t.run(gc(t.context, t.account))).toMatchObject([{ id: short.id, reached: 'terminated', problem: null }]);
  expect(t.ledger.vm(short.id)).toMatchObject({ state: 'terminated', ending: 'expired' });
  expect(t.ledger.vm(long.id)).toMatchObject({ state: 'healthy' });
  expect(await t.run(planGc(t.context, t.account))).toEqual([]);
});

test('W-138 XA-12 costs settle from the network’s history: holds become what was billed, final after 26 h without a new row', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', crn, ttlSeconds: 4 * 3600 }));
  expect(vm.hold).toBe(57_000n);
  await t.run(t.devnet.clock.wait(hours(2.5)));
  await t.run(reconcile(t.context, t.account));
  const running = t.ledger.vm(vm.id)!;
  expect(running).toMatchObject({ hold: 57_000n, settled: false });
  expect(Number(running.billed)).toBeGreaterThan(1.5 * 14_250);
  await t.run(destroy(t.context, vm.id, 'destroy'));
  const ended = t.ledger.vm(vm.id)!;
  expect(Number(ended.hold)).toBeLessThan(2.6 * 14_250);
  expect(ended.hold).toBeGreaterThan(ended.billed);

  await t.run(t.devnet.clock.wait(hours(2)));
  await t.run(reconcile(t.context, t.account));
  const [bill] = t.bills();
  const billed = t.ledger.vm(vm.id)!;
  expect(billed.billed.toString()).toBe(bill!.billedCredits);
  expect(billed).toMatchObject({ settled: false, hold: ended.hold });
  await t.run(t.devnet.clock.wait(hours(23)));
  await t.run(reconcile(t.context, t.account));
  expect(t.ledger.vm(vm.id)).toMatchObject({ settled: false, hold: ended.hold });
  await t.run(t.devnet.clock.wait(hours(4)));
  await t.run(reconcile(t.context, t.account));
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'terminated', settled: true, hold: billed.billed, billed: billed.billed });
  expect(t.ledger.firstBrokenLink()).toBeNull();
});

test('reconcile sends no create', async () => {
  const sent: string[] = [];
  const world = await openWorld();
  const dying = await testContext({
    world,
    seed: 2,
    crash: (point, when) => {
      if (point === 'create.hold' && when === 'after') throw new Death();
    },
  });
  await expect(world.run(create(dying.context, { crn }, false))).rejects.toBeInstanceOf(Death);
  const t = await testContext({
    world,
    onRequest: async (request) => {
      if (request.method === 'POST') sent.push(((await request.json()) as { message: { type: string } }).message.type);
    },
  });
  onTestFinished(() => world.close());
  const [vm] = t.vms();
  await t.run(reconcile(t.context, t.account));
  // Nothing but the head of the ledger, at two hosts.
  expect(sent).toEqual(['AGGREGATE', 'AGGREGATE']);
  expect(t.ledger.vm(vm!.id)).toMatchObject({ state: 'requested', hold: 14_250n });
  await t.run(t.devnet.clock.wait(hours(0.26)));
  await t.run(reconcile(t.context, t.account));
  expect(t.ledger.vm(vm!.id)).toMatchObject({ state: 'dormant', hold: 0n });
  expect(t.bills()).toEqual([]);
});

test('an interrupted create whose node died is rolled back by reconcile', async () => {
  const t = await testContext();
  t.fault('crn-0 dies-mid-boot times=1');
  const { vm } = await t.run(create(t.context, { name: 'ci', crn }, false));
  for (let round = 0; round < 3; round += 1) {
    await t.run(t.devnet.clock.wait(hours(0.2)));
    await t.run(reconcile(t.context, t.account));
  }
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'terminated', ending: 'failed' });
  expect(t.ledger.operations()).toMatchObject([{ state: 'failed' }]);
  expect(t.bills()[0]?.endedAt).not.toBeNull();
});

test('XA-12 a host that leaves rows out of its history lowers no bill: what was read once settles', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', crn, ttlSeconds: 4 * 3600 }));
  await t.run(t.devnet.clock.wait(hours(2.5)));
  await t.run(destroy(t.context, vm.id, 'destroy'));
  await t.run(t.devnet.clock.wait(hours(2)));
  await t.run(reconcile(t.context, t.account));
  const { billed } = t.ledger.vm(vm.id)!;
  expect(billed).toBeGreaterThan(0n);
  // 404 is the network's word for an account without any row.
  t.fault('ccn status 404 path=credit_history');
  await t.run(reconcile(t.context, t.account));
  expect(t.ledger.vm(vm.id)).toMatchObject({ settled: false, billed });
  await t.run(t.devnet.clock.wait(hours(28)));
  await t.run(reconcile(t.context, t.account));
  expect(t.ledger.vm(vm.id)).toMatchObject({ settled: true, billed, hold: billed });
});
