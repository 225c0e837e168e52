import { expect, test } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { extend } from '../../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { freeze } from '../../../src/lifecycle/governance/freeze.ts';
import { planFreeze } from '../../../src/lifecycle/governance/plan-freeze.ts';
import { planPolicy } from '../../../src/lifecycle/governance/plan-policy.ts';
import { setPolicy } from '../../../src/lifecycle/governance/set-policy.ts';
import { planThaw, thaw } from '../../../src/lifecycle/governance/thaw.ts';
import { readPolicy } from '../../../src/lifecycle/policy/policy-in-force.ts';
import { approvedBy, atTerminal, boss, withApprover } from '../../support/approval/approver.ts';
import { codeOf, createVm, gc, planCreate } from '../../support/lifecycle-calls.ts';
import { Death, openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const frozen = async (t: TestContext) => (await readPolicy(t.context, t.account)).frozenSince !== null;

const askThaw = async (t: TestContext) => {
  const plan = await planThaw(t.context, 'thaw');
  return { plan, row: await requestApproval(t.context, plan, 'thaw') };
};

const granted = async (t: TestContext) => (await grantedPlan(t.context, 'thaw', null)) as Parameters<typeof thaw>[1];

test('a freeze stops plan and hold of creates and extensions, and no destroy', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context));
  const planned = await t.run(planCreate(t.context, { crn: 'http://crn-1.devnet.test' }));
  const longer = { reference: vm.name, bySeconds: 600, until: null, requestId: null, argumentsDigest: 'x' };
  await t.run(freeze(t.context));
  expect(await t.run(codeOf(provision(t.context, planned, true)))).toBe('FROZEN');
  expect(await t.run(codeOf(createVm(t.context, { crn: 'http://crn-1.devnet.test' })))).toBe('FROZEN');
  expect((await t.run(planExtend(t.context, longer))).failing.map(({ code }) => code)).toEqual(['FROZEN']);
  expect((await t.run(destroy(t.context, vm.id, 'destroy'))).vm.state).toBe('terminated');
});

test('S-14 a freeze before the first spend is public: a ledger that was thrown away for a new one ends it for nobody', async () => {
  const world = await openWorld();
  const t = await testContext({ world });
  await t.run(freeze(t.context));
  expect(t.warnings).toEqual([]);
  const ledger = openMemoryLedger({ now: world.devnet.clock.now });
  const anew = await testContext({ world, ledger, seed: 2 });
  expect(await anew.run(codeOf(createVm(anew.context)))).toBe('LEDGER_OTHER');
  expect(anew.bills()).toEqual([]);
  // the ledger that is frozen goes on once it is thawed
  const { row } = await askThaw(t);
  await grantApproval(atTerminal(t.context), row.id, 'terminal');
  await t.run(granted(t).then((plan) => thaw(t.context, plan)));
  expect((await t.run(createVm(t.context))).state).toBe('healthy');
  ledger.close();
  await world.close();
});

test('S-14 a freeze is public for every account of the home; a locked key is asked for nothing, and said', async () => {
  const world = await openWorld();
  const t = await testContext({ world });
  const second = world.devnet.accounts[1]!;
  const third = world.devnet.accounts[2]!;
  await t.context.keys.import({ name: 'second', network: 'devnet', secret: Buffer.from(second.privateKey), passphrase: null });
  const passphrase = async () => 'correct horse';
  await t.context.keys.import({ name: 'locked', network: 'devnet', secret: Buffer.from(third.privateKey), passphrase });
  await t.run(freeze(t.context));
  const isPublic = (account: string) =>
    (['a', 'b'] as const).map((host) => world.devnet.ccn.state(host).aggregates.get(account)?.has('aleph-agent') === true);
  expect([world.account, second.address].map(isPublic)).toEqual([
    [true, true],
    [true, true],
  ]);
  expect(isPublic(third.address)).toEqual([false, false]);
  expect(t.warnings).toMatchObject([{ code: 'HEAD_UNPUBLISHED', message: expect.stringContaining('the key "locked" is locked') }]);
  await world.close();
});

test('S-14 a policy that was lowered before the first spend is public: a new ledger has not its defaults back', async () => {
  const world = await openWorld();
  const t = await testContext({ world });
  const plan = await t.run(planPolicy(t.context, { action: 'policy set', limits: { maxVms: 1 } }, 'vms 1'));
  await t.run(setPolicy(t.context, plan));
  const ledger = openMemoryLedger({ now: world.devnet.clock.now });
  const anew = await testContext({ world, ledger, seed: 2 });
  expect(await anew.run(codeOf(createVm(anew.context)))).toBe('LEDGER_OTHER');
  ledger.close();
  await world.close();
});

test('what was held and is not sent yet is not sent any more', async () => {
  const t = await testContext({
    crash: (point, when) => {
      if (point === 'create.hold' && when === 'after')
        t.ledger.write(
          'freeze.set',
          (transaction) => void transaction.insertFreeze({ network: 'devnet', account: null, frozen: true, at: 1, approval: null }),
        );
    },
  });
  const plan = await t.run(planCreate(t.context, {}));
  expect(await t.run(codeOf(provision(t.context, plan, false)))).toBe('STILL_WAITING');
  expect(t.vms()).toHaveLength(1);
  expect(t.bills()).toEqual([]);
});

test('a person at a terminal thaws where there is no approver; a later freeze holds', async () => {
  const t = await testContext();
  await t.run(freeze(t.context));
  const { row, plan } = await askThaw(t);
  expect(plan.verdict).toBe('approve');
  expect(await codeOf(thaw(t.context, plan))).toBe('PLAN_MOVED');
  await grantApproval(atTerminal(t.context), row.id, 'terminal');
  const good = await granted(t);
  expect(await t.run(thaw(t.context, good))).toBe(true);
  expect(await frozen(t)).toBe(false);
  await t.run(freeze(t.context));
  expect(await frozen(t)).toBe(true);
  expect(await codeOf(thaw(t.context, good))).toBe('PLAN_MOVED');
});

test('XA-02 with an approver a thaw is signed: a row by hand, a lost freeze and a replayed thaw end nothing', async () => {
  const t = await testContext();
  await withApprover(t);
  await t.run(freeze(t.context));
  const { row } = await askThaw(t);
  const byHand = (approval: string | null) =>
    t.ledger.write(
      'lease.take',
      (transaction) => void transaction.insertFreeze({ network: 'devnet', account: t.account, frozen: false, at: 1, approval }),
    );
  byHand(null);
  byHand(row.id);
  expect(await frozen(t)).toBe(true);
  expect(approvalMessage(row).primaryType).toBe('Thaw');
  await approvedBy(t, boss, row.id);
  expect(await t.run(thaw(t.context, await granted(t)))).toBe(true);
  expect(await frozen(t)).toBe(false);
  await t.run(freeze(t.context));
  byHand(row.id);
  expect(await frozen(t)).toBe(true);
});

test('a freeze is for every account of the network; another approver later does not bring an ended one back', async () => {
  const t = await testContext();
  await t.run(freeze(t.context));
  expect((await readPolicy(t.context, `0x${'1'.repeat(40)}`)).frozenSince).not.toBeNull();
  const { row } = await askThaw(t);
  await grantApproval(atTerminal(t.context), row.id, 'terminal');
  await t.run(thaw(t.context, await granted(t)));
  await withApprover(t);
  expect(await frozen(t)).toBe(false);
});

test('an extension that was held and is not sent when the freeze comes is not sent any more: the VM ends as before', async () => {
  const world = await openWorld();
  const dies = await testContext({
    world,
    crash: (point, when) => {
      if (point === 'extend.hold' && when === 'after') throw new Death();
    },
  });
  const vm = await world.run(createVm(dies.context));
  const longer = { reference: vm.name, bySeconds: 600, until: null, requestId: null, argumentsDigest: 'x' };
  const plan = await world.run(planExtend(dies.context, longer));
  await world.run(extend(dies.context, plan)).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Death));
  const next = await testContext({ world });
  expect(next.ledger.vm(vm.id)!.expiresAt).toBe(vm.expiresAt + 600_000);
  await world.run(next.devnet.clock.wait(60_000));
  await next.run(freeze(next.context));
  await world.run(gc(next.context, next.account));
  expect(next.ledger.vm(vm.id)!.expiresAt).toBe(vm.expiresAt);
  const words = await world.run((await next.context.cloud()).accounts.journal(next.account));
  expect(words.map(({ expiries }) => expiries?.[vm.id])).toEqual(words.map(() => undefined));
  await world.close();
});

test('freeze --destroy-all where nothing runs asks nobody, so that nothing approved for then stands in the way later', async () => {
  const t = await testContext();
  expect(await planFreeze(t.context, { destroyAll: true, ofTask: null }, 'all')).toMatchObject({ verdict: 'allow', consentPhrase: null });
  await t.run(createVm(t.context));
  expect(await planFreeze(t.context, { destroyAll: true, ofTask: null }, 'all')).toMatchObject({
    verdict: 'approve',
    consentPhrase: 'agent',
  });
});
