import { expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { atFirstPost, drainTo, hideImage, instancesOn, priceTimes } from '../../support/devnet/devnet-moves.ts';
import { create, createVm, failureOf, gc } from '../../support/lifecycle-calls.ts';
import { openWorld, type TestContext, testContext, type World } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const minutes = (count: number) => count * 60_000;

/** A create that the network rejects, because the credits went away between plan and post. */
const rejectedCreate = async (world: World) => {
  let bytes = '';
  const drain = atFirstPost(() => {
    drainTo(world.devnet, world.account, 1000n);
    bytes = world.ledger.signed(world.ledger.vms()[0]!.id)!.bytes;
  });
  const t = await testContext({ world, onRequest: drain });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
  // as somebody copied them before the network rejected them
  return { t, failure, bytes };
};

test('W-119 a pending message keeps its row requested and its hold, and comes up when the network processes it', async () => {
  const world = await openWorld();
  let putBack = (): void => {};
  const t = await testContext({
    world,
    timeoutMs: minutes(2),
    onRequest: atFirstPost(() => {
      putBack = hideImage(world.devnet);
    }),
  });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
  expect(failure.code).toBe('STILL_WAITING');
  expect(failure.details).toMatchObject({ sideEffects: 'partial', exposureUsdPerHour: '0.01425' });
  expect(t.vms()).toMatchObject([{ state: 'requested', hold: 14250n }]);
  expect(t.ledger.operations()).toMatchObject([{ state: 'running' }]);
  expect(instancesOn(t.devnet)).toHaveLength(1);

  putBack();
  await t.run(t.devnet.clock.wait(minutes(6)));
  const later = await testContext({ world });
  await later.run(reconcile(later.context, later.account));
  expect(later.vms()).toMatchObject([{ state: 'healthy', hold: 14250n, attempt: 1 }]);
  expect(later.ledger.operations()).toMatchObject([{ state: 'succeeded' }]);
  expect(instancesOn(t.devnet)).toHaveLength(1);
  await world.close();
});

test('a message that stays pending until the network gives it up becomes dormant, and the create says so', async () => {
  const world = await openWorld();
  const t = await testContext({ world, onRequest: atFirstPost(() => void hideImage(world.devnet)) });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
  expect(failure.code).toBe('NETWORK_REJECTED');
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n, terminatedAt: null }]);
  await world.close();
});

test('posted, unanswered and unknown for 15 min: dormant without a hold, watched, and torn down when it shows', async () => {
  const world = await openWorld();
  let lift = (): void => {};
  const silent = atFirstPost(() => {
    lift = world.fault('ccn drop-after-effect path=/api/v0/messages method=POST', 'ccn drop-after-effect path=/status');
  });
  const t = await testContext({ world, onRequest: silent });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
  expect(failure.code).toBe('CREATE_FAILED');
  expect(failure.message).not.toContain('forgotten');
  expect(failure.details.sideEffects).toBe('unknown');
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n, terminatedAt: null }]);
  expect(t.devnet.clock.now() - t.vms()[0]!.signedAt).toBeGreaterThanOrEqual(minutes(15));

  lift();
  expect(t.bills()).toHaveLength(1);
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'rollback' }]);
  expect(t.bills()[0]?.endedAt).not.toBeNull();
  await world.close();
});

test('a VM that a host processed before all fell silent keeps its hold however long that lasts', async () => {
  const world = await openWorld();
  let lift = (): void => {};
  const silent = atFirstPost(() => {
    lift = world.fault('ccn drop-after-effect path=/status');
  });
  const t = await testContext({ world, onRequest: silent });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
  expect(failure.code).toBe('STILL_WAITING');
  expect(t.devnet.clock.now() - t.vms()[0]!.signedAt).toBeGreaterThanOrEqual(minutes(15));
  expect(t.vms()).toMatchObject([{ state: 'requested', hold: 14250n }]);
  lift();
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'healthy', hold: 14250n }]);
  await world.close();
});

test('W-117 rejected for want of credits: dormant, CREDITS_SHORT, the hold gone once every host has decided', async () => {
  const world = await openWorld();
  const { t, failure } = await rejectedCreate(world);
  expect(failure.code).toBe('CREDITS_SHORT');
  expect(failure.exit).toBe(5);
  expect(failure.details.sideEffects).toBe('none');
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  expect(t.ledger.operations()).toMatchObject([{ state: 'failed', failure: 'CREDITS_SHORT', breaker: false }]);
  expect(t.bills()).toEqual([]);
  const released = t.ledger.effects({ vm: t.vms()[0]!.id }).find(({ point }) => point === 'reconcile.status');
  expect(released).toMatchObject({ outcome: 'rejected', credits: 0n });
  await world.close();
});

test('while one host has not decided, a rejected VM keeps its hold', async () => {
  const world = await openWorld();
  const t = await testContext({
    world,
    timeoutMs: minutes(2),
    onRequest: atFirstPost(() => {
      drainTo(world.devnet, world.account, 1000n);
      world.fault('ccn-b drop-before path=/status');
    }),
  });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
  expect(failure.code).toBe('STILL_WAITING');
  expect(t.vms()).toMatchObject([{ state: 'requested', hold: 14250n }]);
  await world.close();
});

test.each(['reconcile', 'gc'] as const)(
  'W-158 a dormant create that anybody re-posts after a top-up is found by %s and forgotten',
  async (by) => {
    const world = await openWorld();
    const { t, bytes } = await rejectedCreate(world);
    const [row] = t.vms();
    world.devnet.ccn.fund(world.account, 10_000_000n);
    // A node drops what it has seen for as long as it remembers; anybody may post again after that (protocol-ccn.md §12.4).
    for (const host of ['a', 'b'] as const) world.devnet.ccn.state(host).seen.clear();
    await t.run(t.devnet.clock.wait(minutes(60)));
    const posted = await t.run(t.devnet.fetch(`${t.devnet.origins.ccnA}/api/v0/messages`, { method: 'POST', body: bytes }));
    expect(posted.status).toBe(200);
    await t.run(t.devnet.clock.wait(minutes(5)));
    expect(t.bills()).toMatchObject([{ hash: row!.id, endedAt: null }]);

    const later = await testContext({ world });
    if (by === 'gc') {
      const items = await later.run(gc(later.context, later.account));
      expect(items).toMatchObject([{ id: row!.id, reason: 'dormantAlive', reached: 'terminated' }]);
    } else await later.run(reconcile(later.context, later.account));
    expect(later.vms()).toMatchObject([{ id: row!.id, state: 'terminated', ending: 'rollback' }]);
    const [bill] = later.bills();
    expect(bill?.endedAt).not.toBeNull();
    const billable = (Number(bill!.creditsPerSecond) * (bill!.endedAt! - bill!.processedAt)) / 1000;
    expect(Number(later.vms()[0]!.hold)).toBeGreaterThanOrEqual(Math.floor(billable));
    await world.close();
  },
);

test('W-118 an answer that is dropped after the effect makes no second VM', async () => {
  const t = await testContext();
  t.fault('ccn drop-after-effect path=/api/v0/messages method=POST times=1');
  const vm = await t.run(createVm(t.context, { crn }));
  expect(vm).toMatchObject({ state: 'healthy', attempt: 1 });
  expect(instancesOn(t.devnet)).toEqual([vm.id]);
  t.fault('ccn drop-after-effect path=/api/v0/messages method=POST times=1');
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone.state).toBe('terminated');
  expect(t.bills()).toMatchObject([{ hash: vm.id, endedAt: expect.any(Number) }]);
});

test('every answer to the post dropped: the hosts tell that it is there', async () => {
  const t = await testContext();
  t.fault('ccn drop-after-effect path=/api/v0/messages method=POST');
  const vm = await t.run(createVm(t.context, { crn }));
  expect(vm.state).toBe('healthy');
  expect(instancesOn(t.devnet)).toEqual([vm.id]);
});

test('no host takes the post: the same bytes are sent for ten minutes at most, then never again', async () => {
  let lift = (): void => {};
  const t: TestContext = await testContext({
    onRequest: atFirstPost(() => {
      lift = t.fault('ccn status 503 path=/api/v0/messages method=POST');
    }),
  });
  const failure = await t.run(failureOf(createVm(t.context, { crn })));
  expect(failure.code).toBe('CREATE_FAILED');
  const [row] = t.vms();
  expect(row).toMatchObject({ state: 'dormant', hold: 0n });
  lift();
  await t.run(reconcile(t.context, t.account));
  expect(instancesOn(t.devnet)).toEqual([]);
  expect(t.bills()).toEqual([]);
});

test('product.md §1 rule 6: a price above the ceiling after processing destroys the VM at once', async () => {
  const world = await openWorld();
  const t = await testContext({ world, onRequest: atFirstPost(() => priceTimes(world.devnet, 1.5)) });
  const failure = await t.run(failureOf(createVm(t.context, { crn })));
  expect(failure.code).toBe('PRICE_MOVED');
  expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'price', attempt: 1 }]);
  const [bill] = t.bills();
  expect(bill!.endedAt! - bill!.processedAt).toBeLessThan(10_000);
  // What the dearer price comes to stays held.
  const billable = (Number(bill!.creditsPerSecond) * (bill!.endedAt! - bill!.processedAt)) / 1000;
  expect(Number(t.vms()[0]!.hold)).toBeGreaterThanOrEqual(Math.floor(billable));
  await world.close();
});

test('a price within two per cent of the plan is kept', async () => {
  const world = await openWorld();
  const t = await testContext({ world, onRequest: atFirstPost(() => priceTimes(world.devnet, 1.01)) });
  const { vm } = await t.run(create(t.context, { crn }));
  expect(vm.state).toBe('healthy');
  await world.close();
});

test('product.md §1 rule 1: rejected by one host and not known to the other yet, a VM keeps its hold', async () => {
  const world = await openWorld();
  world.fault('ccn-b propagation 1h');
  const t = await testContext({
    world,
    timeoutMs: minutes(2),
    onRequest: atFirstPost(() => drainTo(world.devnet, world.account, 1000n)),
  });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci', crn })));
  expect(failure.code).toBe('STILL_WAITING');
  expect(t.vms()).toMatchObject([{ state: 'requested', hold: 14250n }]);
  await t.run(t.devnet.clock.wait(minutes(15)));
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  await world.close();
});
