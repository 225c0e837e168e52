import { expect, test } from 'vitest';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { destroySeveral } from '../../../src/lifecycle/end/destroy-several.ts';
import { planDestroy } from '../../../src/lifecycle/end/plan-destroy.ts';
import { planReinstall } from '../../../src/lifecycle/operate/plan-reinstall.ts';
import { planProtect, protectVm } from '../../../src/lifecycle/operate/protect-vm.ts';
import { reinstallVm } from '../../../src/lifecycle/operate/reboot-vm.ts';
import { hostOf } from '../../support/devnet/devnet-moves.ts';
import { codeOf, createVm, failureOf, gc, planCreate } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { openWorld, type TestContext, testContext, type World } from '../../support/test-context.ts';

const minute = 60_000;
const destroyPlan = ({ context }: TestContext, ...references: string[]): Promise<Plan<'vm destroy'>> =>
  planDestroy(context, { references, expired: false, ofTask: null, all: false }, 'd');
const protectPlan = ({ context }: TestContext, reference: string, protect = true) => planProtect(context, { reference, protect }, 'd');
const granted = async <Asked extends Plan>({ context }: TestContext, plan: Asked): Promise<Asked> => {
  const digest = `digest of ${plan.id}`;
  const { id } = await requestApproval(context, plan, digest);
  await grantApproval(context, id, 'terminal');
  return (await grantedPlan(context, digest, id)) as Asked;
};

/** Limits as a person set them: room for six VMs at once. */
const roomy = (world: World): void =>
  putLimits(world.ledger, world.account, { maxVms: 6, creationsPerMinute: 100, maxBurnCreditsPerHour: 10n ** 9n });

test('W-309 a protected VM asks when it is destroyed, and only a person takes the protection away; its expiry asks nobody', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'db' }));
  expect(await protectVm(t.context, await protectPlan(t, 'db'))).toMatchObject({ changed: true, vm: { protected: true } });
  expect(await protectVm(t.context, await protectPlan(t, 'db'))).toMatchObject({ changed: false });
  const plan = await t.run(destroyPlan(t, 'db'));
  expect(plan).toMatchObject({ verdict: 'approve', failing: [{ code: 'APPROVAL_NEEDED', figure: 'db' }] });
  expect(await t.run(codeOf(destroySeveral(t.context, plan)))).toBe('PLAN_MOVED');

  const off = await protectPlan(t, 'db', false);
  expect(off).toMatchObject({ verdict: 'approve', consentPhrase: 'unprotect db' });
  expect(await codeOf(protectVm(t.context, off))).toBe('PLAN_MOVED');
  expect(t.ledger.vm(vm.id)).toMatchObject({ protected: true, state: 'healthy' });
  expect(await protectVm(t.context, await granted(t, off))).toMatchObject({ changed: true, vm: { protected: false } });

  await protectVm(t.context, await protectPlan(t, 'db'));
  await t.run(t.devnet.clock.wait(61 * minute));
  expect(await t.run(gc(t.context, t.account))).toMatchObject([{ id: vm.id, reached: 'terminated' }]);
  expect(await codeOf(protectPlan(t, 'db'))).toBe('VM_NOT_READY');
});

test('what is protected after the plan was made, or after it was approved, is asked about again', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'db', task: 'nightly' }));
  await t.run(createVm(t.context, { name: 'web' }));
  const plain = await t.run(destroyPlan(t, 'web'));
  const approved = await granted(t, await t.run(destroyPlan(t, 'db')));
  await protectVm(t.context, await protectPlan(t, 'db'));
  await protectVm(t.context, await protectPlan(t, 'web'));
  expect(await t.run(codeOf(destroySeveral(t.context, plain)))).toBe('PLAN_MOVED');
  expect(await t.run(codeOf(destroySeveral(t.context, approved)))).toBe('PLAN_MOVED');
  expect(t.vms().map(({ state }) => state)).toEqual(['healthy', 'healthy']);
  const again = await granted(t, await t.run(destroyPlan(t, 'db')));
  expect(await t.run(destroySeveral(t.context, again))).toMatchObject([{ vm: { state: 'terminated' } }]);
});

test('six processes destroy one VM each, at once: three go, three ask', async () => {
  const world = await openWorld({ nodes: 6 });
  roomy(world);
  const contexts = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => testContext({ world, seed })));
  await world.run(Promise.all(contexts.map((t, index) => createVm(t.context, { name: `vm-${index}` }))));
  const plans = await world.run(Promise.all(contexts.map((t, index) => destroyPlan(t, `vm-${index}`))));
  expect(plans.map(({ verdict }) => verdict)).toEqual(Array(6).fill('allow'));
  const outcomes = await world.run(
    Promise.all(
      contexts.map((t, index) =>
        destroySeveral(t.context, plans[index]!).then(
          () => 'gone',
          (problem: { code: string }) => problem.code,
        ),
      ),
    ),
  );
  expect(outcomes.sort()).toEqual(['PLAN_MOVED', 'PLAN_MOVED', 'PLAN_MOVED', 'gone', 'gone', 'gone']);
  const left = world.ledger.vms({ states: ['healthy'] });
  expect(left).toHaveLength(3);
  // A minute later there is room again.
  await world.run(world.devnet.clock.wait(minute));
  const [next] = contexts;
  const rest = await world.run(destroyPlan(next!, ...left.map(({ name }) => name)));
  expect(rest.verdict).toBe('allow');
  expect((await world.run(destroySeveral(next!.context, rest))).map(({ vm }) => vm.state)).toEqual([
    'terminated',
    'terminated',
    'terminated',
  ]);
  await world.close();
});

test('the next attempt of a create is protected as the one that failed', async () => {
  const world = await openWorld();
  const [one, two] = [await testContext({ world, seed: 1 }), await testContext({ world, seed: 2 })];
  const plan = await world.run(planCreate(one.context, { name: 'db' }));
  world.fault(`${hostOf(world.devnet, plan.subject.nodes[0]!.hash)} dies-mid-boot`);
  const making = provision(one.context, plan, true);
  await world.run(
    (async () => {
      while (world.ledger.vms().length === 0) await world.devnet.clock.wait(1000);
      await protectVm(two.context, await protectPlan(two, 'db'));
    })(),
  );
  await world.run(making);
  expect(world.ledger.vms().map((vm) => [vm.attempt, vm.protected, vm.state])).toEqual([
    [1, true, 'terminated'],
    [2, true, 'healthy'],
  ]);
  await world.close();
});

test('a reinstall without an approval is no reinstall, whatever calls it', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'ci' }));
  const plan = await planReinstall(t.context, 'ci', 'd');
  expect(await t.run(failureOf(reinstallVm(t.context, plan)))).toMatchObject({ code: 'APPROVAL_NEEDED', exit: 10 });
  expect(t.requests.filter((request) => request.includes('/reinstall'))).toEqual([]);
});
