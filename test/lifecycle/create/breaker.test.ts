import { expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';

/** A create that fails after its only attempt. */
const fail = async (t: TestContext) => {
  const lift = t.fault('scheduler never-placed', 'crn-0 full');
  const { code } = await t.run(failureOf(createVm(t.context, { crn })));
  lift();
  expect(code).toBe('CREATE_FAILED');
};

const seconds = (t: TestContext, count: number) => t.run(t.devnet.clock.wait(count * 1000));

test('W-15A a create within 30 s of a failed one waits', async () => {
  const t = await testContext();
  await fail(t);
  const failure = await t.run(failureOf(create(t.context, { crn })));
  expect(failure).toMatchObject({ code: 'COOL_DOWN', exit: 6 });
  expect(failure.details.retryAfterSeconds).toBeGreaterThan(0);
  await seconds(t, failure.details.retryAfterSeconds!);
  expect(await t.run(createVm(t.context, { crn }))).toMatchObject({ state: 'healthy' });
});

test('XA-22 W-153 three failures in a row open the breaker for ten minutes; then one trial, and nobody beside it', async () => {
  const t = await testContext();
  for (let round = 0; round < 3; round += 1) {
    await seconds(t, 31);
    await fail(t);
  }
  await seconds(t, 31);
  const open = await t.run(failureOf(create(t.context, { crn })));
  expect(open).toMatchObject({ code: 'BREAKER_OPEN', exit: 6 });
  expect(open.details.retryAfterSeconds).toBeGreaterThan(500);
  expect(open.details.retryAfterSeconds).toBeLessThanOrEqual(600);
  await seconds(t, open.details.retryAfterSeconds!);

  const { vm } = await t.run(create(t.context, { crn, name: 'trial' }, false));
  expect(vm.state).toBe('requested');
  const beside = await t.run(failureOf(create(t.context, { crn })));
  expect(beside).toMatchObject({ code: 'BREAKER_OPEN' });
  expect(beside.details.retryAfterSeconds).toBe(30);
});

test('a trial that fails pauses again, one that comes up closes the breaker', async () => {
  const t = await testContext();
  for (let round = 0; round < 3; round += 1) {
    await seconds(t, 31);
    await fail(t);
  }
  await seconds(t, 600);
  await fail(t);
  await seconds(t, 31);
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'BREAKER_OPEN' });
  await seconds(t, 600);
  const vm = await t.run(createVm(t.context, { crn }));
  expect(vm.state).toBe('healthy');
  expect((await t.run(planCreate(t.context, { crn, name: 'next' }))).failing).toEqual([]);
});

test('W-153 refusals by policy or for credits do not count', async () => {
  const t = await testContext();
  for (let round = 0; round < 4; round += 1) {
    expect(await t.run(failureOf(create(t.context, { crn, ttlSeconds: 48 * 3600 })))).toMatchObject({ code: 'TTL_TOO_LONG' });
  }
  expect(await t.run(createVm(t.context, { crn }))).toMatchObject({ state: 'healthy' });
});

test('XA-22 W-159 the fourth create within a minute waits', async () => {
  const t = await testContext();
  for (let round = 0; round < 3; round += 1) {
    const { vm } = await t.run(create(t.context, { crn, name: `vm-${round}` }, false));
    await t.run(destroy(t.context, vm.id, 'destroy'));
  }
  const failure = await t.run(failureOf(create(t.context, { crn })));
  expect(failure).toMatchObject({ code: 'RATE_LIMITED', exit: 6 });
  await seconds(t, failure.details.retryAfterSeconds!);
  expect(await t.run(createVm(t.context, { crn }))).toMatchObject({ state: 'healthy' });
});

test('W-15B XA-13 the fourth VM at once is refused, with every other failing check beside it', async () => {
  const t = await testContext();
  for (let round = 0; round < 3; round += 1) {
    await t.run(create(t.context, { crn, name: `vm-${round}` }, false));
    await seconds(t, 61);
  }
  const failure = await t.run(failureOf(create(t.context, { crn, ttlSeconds: 48 * 3600 })));
  expect(failure.exit).toBe(4);
  expect(failure.details.checks!.map(({ code }) => code)).toEqual(expect.arrayContaining(['TOO_MANY_VMS', 'TTL_TOO_LONG']));
});
