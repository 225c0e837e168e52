import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import type { EffectPoint } from '../../../src/domain/ledger/effect-points.ts';
import { lookForHealth } from '../../../src/lifecycle/create/await-healthy.ts';
import { settleRequest } from '../../../src/lifecycle/create/await-processed.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { resume } from '../../../src/lifecycle/create/resume.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { hostOf } from '../../support/devnet/devnet-moves.ts';
import { codeOf, create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { Death, openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';

/** Takes a `requested` row to `provisioning`, and no further. */
const settle = async ({ context, ledger }: TestContext, id: string): Promise<void> => {
  await settleRequest(context, ledger.vm(id)!, await (await context.cloud()).messages.statusOf(id));
};

const pair = async () => {
  const world = await openWorld();
  return { world, one: await testContext({ world, seed: 1 }), two: await testContext({ world, seed: 2 }) };
};

test('product.md §2: two processes that destroy one VM make one FORGET, one erase and one end', async () => {
  const { world, one, two } = await pair();
  const vm = await world.run(createVm(one.context, { crn }));
  const done = await world.run(Promise.all([destroy(one.context, vm.id, 'destroy'), destroy(two.context, vm.id, 'destroy')]));
  expect(done.map(({ vm: gone }) => gone.state)).toEqual(['terminated', 'terminated']);
  const posts = [...one.requests, ...two.requests].filter((request) => request.startsWith('POST'));
  expect(posts.filter((request) => request.endsWith('/erase'))).toHaveLength(1);
  const effects = world.ledger.effects({ vm: vm.id, limit: 200 }).map(({ point }) => point);
  for (const point of ['destroy.begin', 'destroy.published', 'destroy.erased', 'destroy.terminated']) {
    expect([point, effects.filter((other) => other === point).length]).toEqual([point, 1]);
  }
  await world.close();
});

test('W-11A two processes that wait for one VM notify its node once', async () => {
  const { world, one, two } = await pair();
  world.fault('scheduler never-placed');
  const { vm } = await world.run(create(one.context, { crn }, false));
  const [first, second] = await world.run(Promise.all([resume(one.context, vm), resume(two.context, vm)]));
  expect([first!.state, second!.state]).toEqual(['healthy', 'healthy']);
  const notifies = [...one.requests, ...two.requests].filter((request) => request.endsWith('/control/allocation/notify'));
  expect(notifies).toHaveLength(1);
  await world.close();
});

test('a process that lost its lease while it slept does not notify again', async () => {
  const world = await openWorld();
  world.fault('scheduler never-placed');
  const one = await testContext({ world, seed: 1 });
  const two = await testContext({ world, seed: 2 });
  const { vm } = await world.run(create(one.context, { crn }, false));
  await world.run(settle(one, vm.id));
  await world.run(world.devnet.clock.wait(80_000));
  // Both have read the row before either writes: what a suspended machine comes back to.
  const row = world.ledger.vm(vm.id)!;
  expect(row).toMatchObject({ state: 'provisioning', notifiedAt: null });
  const looking = { runningSince: null, unlocked: false, notify: { limitMs: 300_000, version: async () => null } };
  await world.run(Promise.all([lookForHealth(one.context, row, looking), lookForHealth(two.context, row, looking)]));
  const notifies = [...one.requests, ...two.requests].filter((request) => request.endsWith('/control/allocation/notify'));
  expect(notifies).toHaveLength(1);
  await world.close();
});

test('while another process works on a VM, a teardown waits for it, then goes on; reconcile passes it by', async () => {
  const { world, one, two } = await pair();
  const vm = await world.run(createVm(one.context, { crn }));
  world.ledger.write('lease.take', (transaction) =>
    transaction.lease(vm.id, 'somebody', world.devnet.clock.now(), world.devnet.clock.now() + 60_000),
  );
  const startedAt = world.devnet.clock.now();
  const { vm: gone } = await world.run(destroy(one.context, vm.id, 'destroy'));
  expect(gone.state).toBe('terminated');
  expect(world.devnet.clock.now() - startedAt).toBeGreaterThanOrEqual(60_000);

  const other = await world.run(createVm(one.context, { crn, name: 'other' }));
  world.ledger.write('destroy.begin', (transaction) => {
    const now = world.devnet.clock.now();
    transaction.updateVm(other.id, { state: 'stopping', ending: 'destroy', stoppingAt: now });
    transaction.lease(other.id, 'somebody', now, now + 60_000);
  });
  expect((await world.run(reconcile(two.context, world.account))).busy).toEqual([other.id]);
  expect(world.ledger.vm(other.id)).toMatchObject({ state: 'stopping' });
  await world.close();
});

test('a lease held for longer than a teardown waits: DESTROY_INCOMPLETE, and the wish is kept', async () => {
  const { world, one } = await pair();
  const vm = await world.run(createVm(one.context, { crn }));
  const now = world.devnet.clock.now();
  world.ledger.write('lease.take', (transaction) => transaction.lease(vm.id, 'somebody', now, now + 600_000));
  const failure = await world.run(failureOf(destroy(one.context, vm.id, 'destroy')));
  expect(failure).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  expect(world.ledger.vm(vm.id)).toMatchObject({ state: 'stopping', ending: 'destroy' });
  await world.close();
});

test('a ledger that is busy when the lease is renewed ends nothing', async () => {
  let taken = 0;
  const t = await testContext({
    crash: (point, when) => {
      if (point !== 'lease.take' || when !== 'before') return;
      taken += 1;
      if (taken === 2 || taken === 3) throw new Failure('LEDGER_BUSY', 'Another process holds the ledger.');
    },
  });
  expect(await t.run(createVm(t.context, { crn: 'http://crn-1.devnet.test' }))).toMatchObject({ state: 'healthy' });
  expect(taken).toBeGreaterThan(4);
});

test('W-115 a process dies with the lease: the next one goes on once it has run out, and no lease outlives its holder for long', async () => {
  const world = await openWorld();
  const dying = await testContext({
    world,
    crash: (point, when) => {
      if (point === 'create.healthy' && when === 'before') throw new Death();
    },
  });
  await expect(world.run(createVm(dying.context, { crn, name: 'ci' }))).rejects.toThrow(Death);
  const [row] = dying.vms();
  expect(row).toMatchObject({ state: 'provisioning' });
  const next = await testContext({ world, seed: 2 });
  const startedAt = world.devnet.clock.now();
  expect(await world.run(resume(next.context, row!))).toMatchObject({ id: row!.id, state: 'healthy' });
  expect(world.devnet.clock.now() - startedAt).toBeLessThan(40_000);
  await world.close();
});

test('XA-01 W-042 W-156 ten creates at once on one ledger pass no limit together', async () => {
  const world = await openWorld();
  const contexts = await Promise.all(Array.from({ length: 10 }, (_, seed) => testContext({ world, seed: seed + 1 })));
  const outcomes = await world.run(
    Promise.all(
      contexts.map((t, index) =>
        create(t.context, { name: `vm-${index}`, crn }).then(
          ({ vm }) => vm.state,
          (problem: { code?: string }) => problem.code ?? String(problem),
        ),
      ),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'healthy')).toHaveLength(3);
  const refused = outcomes.filter((outcome) => outcome !== 'healthy');
  expect(refused.every((code) => code === 'TOO_MANY_VMS' || code === 'RATE_LIMITED')).toBe(true);
  expect(world.ledger.vms()).toHaveLength(3);
  expect(world.devnet.ccn.bills().filter(({ owner }) => owner === world.account)).toHaveLength(3);
  await world.close();
});

test('two identical plans applied at once: one VM', async () => {
  const { world, one, two } = await pair();
  const plans = await world.run(Promise.all([planCreate(one.context, { name: 'ci', crn }), planCreate(two.context, { name: 'ci', crn })]));
  const outcomes = await world.run(
    Promise.all([
      codeOf(provision(one.context, plans[0]!, false)).catch(() => 'made'),
      codeOf(provision(two.context, plans[1]!, false)).catch(() => 'made'),
    ]),
  );
  expect(outcomes.sort()).toEqual(['POSSIBLE_DUPLICATE', 'made']);
  expect(world.ledger.vms()).toHaveLength(1);
  await world.close();
});

test('W-092 a VM destroyed while its first attempt is rolled back gets no second attempt', async () => {
  const world = await openWorld();
  const two = await testContext({ world, seed: 2 });
  let destroyed: Promise<unknown> | null = null;
  const one = await testContext({
    world,
    onRequest: () => {
      const failing = world.ledger.vms().find(({ state, ending }) => state === 'stopping' && ending === 'failed');
      if (failing !== undefined) destroyed ??= destroy(two.context, failing.id, 'destroy');
    },
  });
  const plan = await world.run(planCreate(one.context, { name: 'ci' }));
  world.fault(`${hostOf(world.devnet, plan.subject.nodes[0]!.hash)} full`);
  expect(await world.run(codeOf(provision(one.context, plan, true)))).toBe('INTERRUPTED');
  expect(await world.run(destroyed!)).toMatchObject({ vm: { state: 'terminated', ending: 'destroy' } });
  expect(one.vms()).toMatchObject([{ attempt: 1, state: 'terminated' }]);
  expect(one.bills().every(({ endedAt }) => endedAt !== null)).toBe(true);
  await world.close();
});

test('XA-13 an operation that was ended between two attempts has no slot for the next one', async () => {
  const world = await openWorld();
  const two = await testContext({ world, seed: 2 });
  const crash = (point: EffectPoint | 'request', when: 'before' | 'after'): void => {
    if (point !== 'lease.release' || when !== 'after') return;
    const [row] = world.ledger.vms();
    if (row?.state === 'terminated') {
      world.ledger.write('operation.end', (transaction) => transaction.updateOperation(row.operation, { state: 'failed', endedAt: 1 }));
    }
  };
  const one = await testContext({ world, crash });
  const plan = await world.run(planCreate(one.context, { name: 'ci' }));
  world.fault(`${hostOf(world.devnet, plan.subject.nodes[0]!.hash)} full`);
  expect(await world.run(codeOf(provision(one.context, plan, true)))).toBe('CREATE_FAILED');
  expect(two.vms()).toMatchObject([{ attempt: 1, state: 'terminated', ending: 'failed' }]);
  await world.close();
});

test('a destroy whose row moves between its look and its mark is kept all the same', async () => {
  const world = await openWorld();
  const one = await testContext({ world, seed: 1 });
  const { vm } = await world.run(create(one.context, { crn }, false));
  let moved = false;
  const crash = (point: EffectPoint | 'request', when: 'before' | 'after'): void => {
    if (point !== 'destroy.begin' || when !== 'before' || moved) return;
    moved = true;
    world.ledger.write('create.processed', (transaction) => transaction.updateVm(vm.id, { state: 'provisioning', processedAt: 1 }));
  };
  const two = await testContext({ world, seed: 2, crash });
  expect((await world.run(destroy(two.context, vm.id, 'destroy'))).vm).toMatchObject({ state: 'terminated', ending: 'destroy' });
  await world.close();
});
