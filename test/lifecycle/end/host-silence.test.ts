import { expect, test } from 'vitest';
import { resume } from '../../../src/lifecycle/create/resume.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { create, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const minutes = (count: number) => count * 60_000;
const wait = (t: TestContext, ms: number) => t.run(t.devnet.clock.wait(ms));
const look = async (t: TestContext) => {
  await t.run(reconcile(t.context, t.account));
  return t.vms()[0]!.state;
};

/** A create whose process died once the network had the message; its node is away since. */
const leftBehind = async (...faults: string[]): Promise<TestContext> => {
  const t = await testContext();
  t.fault(...faults);
  await t.run(create(t.context, { crn }, false));
  expect(await look(t)).toBe('provisioning');
  return t;
};

test('product.md §1 rule 5: a VM that was left booting is not ended at the first look at which its node is away', async () => {
  const t = await leftBehind();
  await wait(t, minutes(30));
  const lift = t.fault('crn-0 drop-before');
  expect(await look(t)).toBe('provisioning');
  lift();
  expect(await look(t)).toBe('healthy');
  expect(t.bills()).toMatchObject([{ endedAt: null }]);
});

test('a node that keeps silent over some minutes of asking ends the attempt, whichever processes asked', async () => {
  const t = await leftBehind();
  await wait(t, minutes(30));
  t.fault('crn-0 drop-before');
  for (const state of ['provisioning', 'provisioning']) {
    expect(await look(t)).toBe(state);
    // so soon after, another look is no other asking
    expect(await look(t)).toBe(state);
    await wait(t, minutes(2));
  }
  expect(await look(t)).toBe('terminated');
  expect(t.bills()[0]?.endedAt).not.toBeNull();
});

test('an answer in between begins the silence of a node anew', async () => {
  const t = await leftBehind('scheduler never-placed', 'crn-0 slow-boot 2h');
  const away = t.fault('crn-0 drop-before');
  await wait(t, minutes(5));
  await look(t);
  await wait(t, minutes(2));
  await look(t);
  away();
  await wait(t, minutes(2));
  await look(t);
  t.fault('crn-0 drop-before');
  await wait(t, minutes(6));
  expect(await look(t)).toBe('provisioning');
});

test('whoever waits for such a VM goes on asking, and then takes the next step by itself', async () => {
  const t = await leftBehind();
  await wait(t, minutes(30));
  const since = t.devnet.clock.now();
  t.fault('crn-0 drop-before');
  const failure = await t.run(failureOf(resume(t.context, t.vms()[0]!)));
  expect(failure.code).toBe('CREATE_FAILED');
  expect(t.vms()[0]!.stoppingAt! - since).toBeGreaterThanOrEqual(minutes(3));
});

test('product.md §1 rule 5: ten minutes of silence count from that host’s own first silence, not from the start of the teardown', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { crn }));
  const apart = t.fault('ccn-b propagation 20m');
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  // so far it answered, and said that the VM is alive
  await wait(t, minutes(11));
  apart();
  t.fault('ccn-b drop-before');
  expect(await t.run(failureOf(destroy(t.context, vm.id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  expect(t.vms()).toMatchObject([{ state: 'stopping', terminatedAt: null }]);
  await wait(t, minutes(10));
  expect((await t.run(destroy(t.context, vm.id, 'destroy'))).vm.state).toBe('terminated');
});
