import { expect, test } from 'vitest';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { planPolicy } from '../../../src/lifecycle/governance/plan-policy.ts';
import { setPolicy } from '../../../src/lifecycle/governance/set-policy.ts';
import { priceTimes } from '../../support/devnet/devnet-moves.ts';
import { codeOf, planCreate } from '../../support/lifecycle-calls.ts';
import { type ContextOptions, openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';

/** How often each of them was asked for, by both hosts together; the time once a host. */
const asked = ({ requests }: TestContext) => {
  const count = (pattern: RegExp): number => requests.filter((request) => pattern.test(request)).length;
  return { balance: count(/\/balance\?/), burn: count(/\/costs\?/), prices: count(/keys=pricing/), time: count(/\/api\/v0\/version/) / 2 };
};
const once = { balance: 2, burn: 1, prices: 2, time: 1 };
const twice = { balance: 4, burn: 2, prices: 4, time: 2 };

const applied = (t: TestContext, plan: Awaited<ReturnType<typeof planCreate>>) => t.run(provision(t.context, plan, false));

test('R-10 what a plan has just read is not read again for the hold, and nobody is asked about a message that nobody has sent', async () => {
  const t = await testContext();
  const { vm } = await applied(t, await t.run(planCreate(t.context, { crn })));
  expect(asked(t)).toEqual(once);
  expect(t.requests.filter((request) => request.includes(`${vm.id}/status`))).toEqual([]);
});

test('R-10 A-019 after ten seconds all of it is read again, and a price that moved refuses', async () => {
  const t = await testContext();
  const plan = await t.run(planCreate(t.context, { crn }));
  await t.run(t.devnet.clock.wait(10_001));
  await applied(t, plan);
  expect(asked(t)).toEqual(twice);
  const next = await t.run(planCreate(t.context, { crn, name: 'next' }));
  await t.run(t.devnet.clock.wait(10_001));
  priceTimes(t.devnet, 1.03);
  expect(await t.run(codeOf(provision(t.context, next, false)))).toBe('PRICE_MOVED');
});

test('R-10 a row that any process has added to the trail since the plan read has it read again', async () => {
  const world = await openWorld();
  const [t, other] = [await testContext({ world }), await testContext({ world, seed: 2 })];
  const plan = await t.run(planCreate(t.context, { crn }));
  await other.run(planCreate(other.context, { crn, name: 'theirs' }).then((theirs) => provision(other.context, theirs, false)));
  await applied(t, plan);
  expect(asked(t)).toEqual(twice);
  expect(asked(other)).toEqual(once);
  await world.close();
});

test('R-10 a policy that was tightened since the plan refuses, however fresh its figures are', async () => {
  const t = await testContext();
  const plan = await t.run(planCreate(t.context, { crn }));
  await t.run(
    planPolicy(t.context, { action: 'policy set', limits: { maxVms: 0 } }, 'tighter').then((tighter) => setPolicy(t.context, tighter)),
  );
  expect(await t.run(codeOf(provision(t.context, plan, false)))).toBe('TOO_MANY_VMS');
  expect(t.vms()).toEqual([]);
});

test('R-10 a plan that comes out of the ledger, and one whose clock was set back, have nothing read', async () => {
  const stored = await testContext();
  await applied(stored, structuredClone(await stored.run(planCreate(stored.context, { crn }))));
  expect(asked(stored)).toEqual(twice);
  const options: ContextOptions = { skewMs: 60_000 };
  const back = await testContext(options);
  const plan = await back.run(planCreate(back.context, { crn }));
  options.skewMs = 0;
  await applied(back, plan);
  expect(asked(back)).toEqual(twice);
});
