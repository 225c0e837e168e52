import { expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { atFirstPost, drainTo, strangerOf, strangersVm } from '../../support/devnet/devnet-moves.ts';
import { createVm, failureOf, gc, planCreate } from '../../support/lifecycle-calls.ts';
import { Death, openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const minutes = (count: number) => count * 60_000;

const healthyVm = async (t: TestContext, name = 'ci') => t.run(createVm(t.context, { name, crn }));
const wait = (t: TestContext, ms: number) => t.run(t.devnet.clock.wait(ms));
/** VMs at once and burn, as the next create would be judged by them. */
const counted = async (t: TestContext) => {
  const plan = await t.run(planCreate(t.context, { name: 'next', crn: 'http://crn-2.devnet.test' }));
  return Object.fromEntries(plan.checks.map(({ code, figure }) => [code, figure]));
};
const forgets = (t: TestContext) => [...t.devnet.ccn.state('a').messages.values()].filter(({ envelope }) => envelope.type === 'FORGET');

test('one host says forgotten, the other processed: it stays stopping, in the burn, and is told so', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  t.fault('ccn-b propagation 1h');
  const failure = await t.run(failureOf(destroy(t.context, vm.id, 'destroy')));
  expect(failure).toMatchObject({ code: 'DESTROY_INCOMPLETE', exit: 8 });
  expect(failure.details).toMatchObject({ sideEffects: 'partial', exposureUsdPerHour: '0.01425' });
  expect(t.vms()).toMatchObject([{ state: 'stopping', hold: 14250n, terminatedAt: null }]);
  expect(await counted(t)).toMatchObject({ TOO_MANY_VMS: '2', BURN_LIMIT: '0.0285' });
  expect(forgets(t)).toHaveLength(1);

  await wait(t, minutes(61));
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone).toMatchObject({ state: 'terminated', receipt: { forgottenBy: t.vms()[0]!.receipt!.forgottenBy } });
  expect(gone.receipt!.forgottenBy).toHaveLength(2);
  expect(forgets(t)).toHaveLength(1);
  expect(await counted(t)).toMatchObject({ TOO_MANY_VMS: '1', BURN_LIMIT: '0.01425' });
});

test('a FORGET that reached one host only is followed by another, so that the other host ends the bill too', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  // Taken, passed on, and not come back to the host that took it (protocol-ccn.md §2.1).
  const lift = t.fault('ccn publication-warning');
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  expect(t.bills()).toMatchObject([{ endedAt: null }]);
  lift();
  await wait(t, minutes(5));
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone.state).toBe('terminated');
  expect(t.bills()[0]?.endedAt).not.toBeNull();
});

test('so it is where that host is about to remove the VM for want of credits', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  const lift = t.fault('ccn publication-warning');
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  lift();
  t.devnet.ccn.state('a').messages.get(vm.id)!.status = 'removing';
  await wait(t, minutes(5));
  expect((await t.run(destroy(t.context, vm.id, 'destroy'))).vm.state).toBe('terminated');
  expect(t.bills()[0]?.endedAt).not.toBeNull();
});

test('a host that hears nothing from the other is sent the next FORGET itself', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  t.fault('ccn-b propagation 10h');
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  await wait(t, minutes(5));
  expect((await t.run(destroy(t.context, vm.id, 'destroy'))).vm.state).toBe('terminated');
});

test('a host that the VM never reached does not keep it stopping for ever', async () => {
  const t = await testContext({ timeoutMs: minutes(2) });
  t.fault('ccn publication-warning');
  expect(await t.run(failureOf(createVm(t.context, { name: 'ci', crn })))).toMatchObject({ code: 'STILL_WAITING' });
  const [row] = t.vms();
  expect(await t.run(failureOf(destroy(t.context, row!.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  await wait(t, minutes(10));
  const { vm: gone } = await t.run(destroy(t.context, row!.id, 'destroy'));
  expect(gone).toMatchObject({ state: 'terminated', receipt: { forgottenBy: ['http://ccn-b.devnet.test'] } });
});

test('one host silent: not proven for ten minutes, then the other host and the scheduler suffice', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  t.fault('ccn-b drop-before');
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  await wait(t, minutes(5));
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  expect(t.vms()).toMatchObject([{ state: 'stopping', hold: 14250n }]);
  await wait(t, minutes(5));
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone).toMatchObject({ state: 'terminated', receipt: { forgottenBy: ['http://ccn-a.devnet.test'] } });
});

test('one host and the scheduler silent: never proven', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  t.fault('ccn-b drop-before', 'scheduler drop-before');
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  await wait(t, minutes(60));
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  expect(t.vms()).toMatchObject([{ state: 'stopping' }]);
});

test('W-136 offline: the wish is kept, and the next gc carries it out', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  const lift = t.fault('ccn drop-before', 'crn drop-before', 'scheduler drop-before', 'crns-list drop-before');
  const failure = await t.run(failureOf(destroy(t.context, vm.id, 'destroy')));
  expect(failure).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  expect(t.vms()).toMatchObject([{ state: 'stopping', ending: 'destroy', hold: 14250n }]);
  lift();
  const half = t.fault('ccn-b drop-before');
  expect(await t.run(gc(t.context, t.account))).toMatchObject([{ reason: 'halfDone', reached: 'stopping', problem: 'DESTROY_INCOMPLETE' }]);
  half();
  expect(await t.run(gc(t.context, t.account))).toMatchObject([{ id: vm.id, reason: 'halfDone', reached: 'terminated', problem: null }]);
  expect(t.bills()[0]?.endedAt).not.toBeNull();
});

test('XA-16 the node does not answer: FORGET ends the bill all the same, the receipt says so, gc asks again', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  const lift = t.fault('crn-0 drop-before');
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone).toMatchObject({
    state: 'terminated',
    receipt: { eraseRequested: true, nodeAnswer: 'unreachable', disk: 'unknown', noLongerListed: null },
  });
  expect(t.warnings.map(({ code }) => code)).toContain('NODE_UNCONFIRMED');
  expect(t.bills()[0]?.endedAt).not.toBeNull();
  lift();
  await wait(t, minutes(5));
  expect(await t.run(gc(t.context, t.account))).toMatchObject([{ id: vm.id, reason: 'nodeUnconfirmed', reached: 'terminated' }]);
  expect(t.vms()[0]?.receipt).toMatchObject({ noLongerListed: true });
  expect(await t.run(gc(t.context, t.account))).toEqual([]);
});

test('the node refuses to erase: that is what the receipt says', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  t.fault('crn-0 erase-fails');
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone.state).toBe('terminated');
  expect(gone.receipt!.nodeAnswer).not.toBe('erased');
  expect(gone.receipt!.disk).toBe('unknown');
});

test('XC-02 forwards of the VM are removed, and only they', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  const other = 'ab'.repeat(32);
  const ports = { '80': { tcp: true, udp: false } };
  t.devnet.ccn.putAggregate({ address: t.account, key: 'port-forwarding', content: { [vm.id]: { ports }, [other]: { ports } } });
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone.receipt).toMatchObject({ forwardsRemoved: true });
  await wait(t, minutes(1));
  expect(t.devnet.chain.aggregate(t.account, 'port-forwarding')).toEqual({ [vm.id]: null, [other]: { ports } });
});

test('XC-02 W-11A destroying twice is the same as once', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  const first = await t.run(destroy(t.context, vm.id, 'destroy'));
  await wait(t, minutes(30));
  const again = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(again.already).toBe(true);
  expect(again.vm).toMatchObject({ terminatedAt: first.vm.terminatedAt, hold: first.vm.hold, receipt: first.vm.receipt });
  expect(forgets(t)).toHaveLength(1);
});

test('product.md §1 rule 9: a VM that is somebody else’s on the network is not touched', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  const mine = await healthyVm(t, 'mine');
  const stranger = strangerOf(t.devnet).address;
  t.ledger.write('reconcile.status', (transaction) => transaction.updateVm(vm.id, { account: stranger }));
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'NOT_OURS' });
  expect(forgets(t)).toEqual([]);
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'stopping', hold: 14250n });
  expect(t.bills().every(({ endedAt }) => endedAt === null)).toBe(true);
  // It keeps nobody from ending the others.
  expect((await t.run(destroy(t.context, mine.id, 'destroy'))).vm.state).toBe('terminated');
});

test('one host that calls our VM a stranger’s keeps nobody from ending it: its id is the hash of what we signed', async () => {
  const world = await openWorld();
  const sender = strangerOf(world.devnet).address;
  let lies = 0;
  const fetch = async (request: Request): Promise<Response> => {
    const response = await world.devnet.fetch(request);
    if (!/^http:\/\/ccn-a\.[^?]*\/messages\/[0-9a-f]{64}$/.test(request.url)) return response;
    const body = (await response.json()) as { message?: object };
    lies += 1;
    return Response.json({ ...body, message: { ...body.message, sender } }, { status: response.status });
  };
  const t = await testContext({ world: { ...world, devnet: { ...world.devnet, fetch } } });
  const vm = await healthyVm(t);
  expect((await t.run(destroy(t.context, vm.id, 'destroy'))).vm.state).toBe('terminated');
  expect(lies).toBeGreaterThan(0);
  await world.close();
});

test('one VM that cannot be recovered does not keep reconcile from the others', async () => {
  const t = await testContext();
  const strange = await healthyVm(t, 'strange');
  const theirs = await t.run(strangersVm(t.devnet, t.context, 0));
  const half = await healthyVm(t, 'half');
  t.ledger.write('destroy.begin', (transaction) => {
    transaction.insertVm({ ...strange, id: theirs, name: 'theirs', state: 'stopping', ending: 'destroy', stoppingAt: 1 });
    transaction.updateVm(half.id, { state: 'stopping', ending: 'destroy', stoppingAt: t.devnet.clock.now() });
  });
  expect(await t.run(failureOf(reconcile(t.context, t.account)))).toMatchObject({ code: 'NOT_OURS' });
  expect(t.ledger.vm(half.id)).toMatchObject({ state: 'terminated' });
  expect(t.ledger.vm(theirs)).toMatchObject({ state: 'stopping' });
});

test('the network removed it for want of credits: found by reconcile, ended with a receipt', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  for (const host of ['a', 'b'] as const) {
    const { messages, costs } = t.devnet.ccn.state(host);
    Object.assign(messages.get(vm.id)!, { status: 'removed', endedAt: t.devnet.clock.now() / 1000 });
    costs.delete(vm.id);
  }
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'network' }]);
  expect(t.vms()[0]!.receipt!.forgottenBy).toHaveLength(2);
  expect(forgets(t)).toEqual([]);
});

test('a terminated VM that the network shows again is stopped again, in the burn meanwhile', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  // What two hosts call removed may come back while its credits do: the hosts were wrong, or of another mind later.
  const rows = (['a', 'b'] as const).map((host) => t.devnet.ccn.state(host).messages.get(vm.id)!);
  for (const row of rows) row.status = 'removed';
  await t.run(reconcile(t.context, t.account));
  expect(t.ledger.vm(vm.id)!.state).toBe('terminated');
  for (const row of rows) row.status = 'processed';
  await wait(t, minutes(11));
  expect(await counted(t)).toMatchObject({ TOO_MANY_VMS: '2' });
  await t.run(reconcile(t.context, t.account));
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'terminated', ending: 'rollback' });
  const [bill] = t.bills();
  expect(bill?.endedAt).not.toBeNull();
  const billable = (Number(bill!.creditsPerSecond) * (bill!.endedAt! - bill!.processedAt)) / 1000;
  expect(Number(t.ledger.vm(vm.id)!.hold)).toBeGreaterThanOrEqual(Math.floor(billable));
});

test('destroying what was never sent: stopping while somebody may still send it, then dormant, out of the burn', async () => {
  const world = await openWorld();
  const dying = await testContext({
    world,
    crash: (point, when) => {
      if (point === 'create.publish' && when === 'before') throw new Death();
    },
  });
  await expect(world.run(createVm(dying.context, { name: 'ci', crn }))).rejects.toThrow(Death);
  const t = await testContext({ world, seed: 2 });
  const [row] = t.vms();
  expect(await t.run(failureOf(destroy(t.context, row!.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  expect(t.vms()).toMatchObject([{ state: 'stopping', hold: 14250n }]);
  await wait(t, minutes(15));
  expect(await t.run(gc(t.context, t.account))).toMatchObject([{ reason: 'halfDone', reached: 'dormant' }]);
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  expect(t.ledger.operations()).toMatchObject([{ state: 'failed', failure: 'INTERRUPTED' }]);
  expect(t.bills()).toEqual([]);
  await world.close();
});

test('destroying what every host rejected is done at once', async () => {
  const world = await openWorld();
  const dying = await testContext({
    world,
    onRequest: atFirstPost(() => drainTo(world.devnet, world.account, 1000n)),
    crash: (point, when) => {
      if (point === 'create.publish' && when === 'after') throw new Death();
    },
  });
  await expect(world.run(createVm(dying.context, { name: 'ci', crn }))).rejects.toThrow(Death);
  await world.run(world.devnet.clock.wait(40_000));
  const t = await testContext({ world, seed: 2 });
  const { vm, already } = await t.run(destroy(t.context, t.vms()[0]!.id, 'destroy'));
  expect({ state: vm.state, hold: vm.hold, already }).toEqual({ state: 'dormant', hold: 0n, already: false });
  await world.close();
});

test('destroy while the create still waits: one teardown, and the create is told', async () => {
  const world = await openWorld();
  const creating = await testContext({ world, seed: 1 });
  const destroying = await testContext({ world, seed: 2 });
  const created = failureOf(createVm(creating.context, { name: 'ci', crn }));
  await world.run(world.devnet.clock.wait(20_000));
  const [row] = creating.vms();
  expect(row).toMatchObject({ state: 'provisioning' });
  const [failure, gone] = await world.run(Promise.all([created, destroy(destroying.context, row!.id, 'destroy')]));
  expect(failure.code).toBe('INTERRUPTED');
  expect(gone.vm).toMatchObject({ state: 'terminated', ending: 'destroy' });
  expect(creating.vms()).toHaveLength(1);
  expect(forgets(creating)).toHaveLength(1);
  expect(creating.ledger.operations()).toMatchObject([{ state: 'failed', failure: 'INTERRUPTED', breaker: false }]);
  await world.close();
});

test('one host calls a healthy VM forgotten while the other is silent: nothing is torn down on its word', async () => {
  const t = await testContext();
  const vm = await healthyVm(t);
  const stored = t.devnet.ccn.state('a').messages.get(vm.id)!;
  stored.status = 'forgotten';
  const lift = t.fault('ccn-b drop-before');
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'healthy', hold: vm.hold }]);
  lift();
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'healthy' }]);
  expect(forgets(t)).toEqual([]);
});

test('nor is one that comes up', async () => {
  let lift: (() => void) | null = null;
  const t = await testContext({
    onRequest: ({ url }) => {
      const row = t.vms()[0];
      if (row?.state !== 'provisioning' || lift !== null || !url.includes('crn-0')) return;
      t.devnet.ccn.state('a').messages.get(row.id)!.status = 'forgotten';
      const unfault = t.fault('ccn-b drop-before');
      lift = () => {
        unfault();
        t.devnet.ccn.state('a').messages.get(row.id)!.status = 'processed';
      };
      void t.devnet.clock.wait(15_000).then(lift);
    },
  });
  await t.run(createVm(t.context, { name: 'ci', crn }));
  expect(t.vms()).toMatchObject([{ state: 'healthy', attempt: 1 }]);
  expect(forgets(t)).toEqual([]);
});
