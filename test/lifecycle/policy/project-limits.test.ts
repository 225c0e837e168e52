import { expect, test } from 'vitest';
import type { Limits } from '../../../src/domain/limits/limits.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { extend } from '../../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { inProject as tightenedIn } from '../../../src/lifecycle/policy/in-project.ts';
import { policyInForce } from '../../../src/lifecycle/policy/policy-in-force.ts';
import { codeOf, create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { network, openWorld, testContext, type World } from '../../support/test-context.ts';

const inProject = async (world: World, limits: Partial<Limits>) =>
  (await testContext({ world, project: { path: '/repo/.aleph-agent.json', values: {}, limits } })).context;

test('limits of a project file count in the plan, each with its figure', async () => {
  const t = await testContext();
  const context = await inProject(t, { maxDayCredits: 10_000n, maxComputeUnits: 1, maxTtlSeconds: 1800 });
  const failure = await failureOf(t.run(create(context, { size: { computeUnits: 2 } })));
  expect(failure.details.checks?.map(({ code }) => code).sort()).toEqual(['DAY_LIMIT', 'SIZE_LIMIT', 'TTL_TOO_LONG']);
  expect(t.vms()).toEqual([]);
  expect(t.requests.filter((request) => request.startsWith('POST'))).toEqual([]);
});

test('they count again in the transaction that takes the hold, for a plan that was made without them', async () => {
  const t = await testContext();
  const plan = await t.run(planCreate(t.context, { name: 'ci' }));
  expect(plan.verdict).toBe('allow');
  const context = await inProject(t, { maxVms: 0 });
  expect(await codeOf(t.run(provision(context, plan, true)))).toBe('TOO_MANY_VMS');
  expect(t.vms()).toEqual([]);
});

test('they count for extensions, in plan and hold', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci' }));
  const wish = { reference: 'ci', bySeconds: 3600, until: null, requestId: null, argumentsDigest: 'x' };
  const plan = await t.run(planExtend(t.context, wish));
  const context = await inProject(t, { maxTtlSeconds: 5400 });
  expect((await t.run(planExtend(context, wish))).failing.map(({ code }) => code)).toContain('TTL_TOO_LONG');
  expect(await codeOf(t.run(extend(context, plan)))).toBe('TTL_TOO_LONG');
  expect(t.vms()[0]?.expiresAt).toBe(vm.expiresAt);
});

test('they are never written into the policy, also by the create that acknowledges the balance', async () => {
  const world = await openWorld();
  const context = await inProject(world, { maxDayCredits: 500_000n });
  await world.run(createVm(context, { name: 'ci' }));
  const scope = { account: world.account, network };
  expect(world.ledger.policy(scope)).toMatchObject({ limits: { maxDayCredits: 2_000_000n } });
  const policy = policyInForce(world.ledger, scope, context);
  expect(policy.limits.maxDayCredits).toBe(2_000_000n);
  expect(tightenedIn(policy, context).limits.maxDayCredits).toBe(500_000n);
  await world.close();
});

test('a file that would loosen the policy refuses to spend and says which key', async () => {
  const t = await testContext();
  const context = await inProject(t, { maxVms: 9 });
  const failure = await failureOf(t.run(create(context)));
  expect(failure).toMatchObject({ code: 'CONFIG_INVALID', details: { facts: { key: 'limits.maxVms', found: '9', policy: '3' } } });
  expect(t.vms()).toEqual([]);
});
