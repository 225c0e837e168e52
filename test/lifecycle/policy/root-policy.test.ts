import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { defaultLimits, type Limits } from '../../../src/domain/limits/limits.ts';
import type { RootPolicy } from '../../../src/domain/limits/root-policy.ts';
import { grantApproval, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { destroySeveral } from '../../../src/lifecycle/end/destroy-several.ts';
import { planDestroy } from '../../../src/lifecycle/end/plan-destroy.ts';
import { planApprover } from '../../../src/lifecycle/governance/plan-approver.ts';
import { planPolicy } from '../../../src/lifecycle/governance/plan-policy.ts';
import { setPolicy } from '../../../src/lifecycle/governance/set-policy.ts';
import { readPolicy } from '../../../src/lifecycle/policy/policy-in-force.ts';
import { addressOf, approvedBy, atTerminal, boss, withApprover } from '../../support/approval/approver.ts';
import { codeOf, createVm, planCreate } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { openWorld, testContext } from '../../support/test-context.ts';

const root = (patch: Partial<RootPolicy> = {}): RootPolicy => ({
  path: '/etc/aleph-agent/policy.json',
  limits: { ...defaultLimits, maxVms: 2, maxDayCredits: 500_000n },
  approver: null,
  ...patch,
});

test('I-14 a policy set that names no limit makes no new version', async () => {
  const t = await testContext();
  expect(await t.run(codeOf(planPolicy(t.context, { action: 'policy set', limits: {} }, 'none')))).toBe('USAGE');
});

test('nothing in a ledger loosens the machine’s policy; what is there tightens it', async () => {
  const t = await testContext({ rootPolicy: root() });
  const write = (limits: Partial<Limits>) => putLimits(t.ledger, t.account, limits);
  expect((await readPolicy(t.context, t.account)).limits).toMatchObject({ maxVms: 2, maxDayCredits: 500_000n });
  write({ maxVms: 99, maxDayCredits: 99_000_000n });
  expect((await readPolicy(t.context, t.account)).limits).toMatchObject({ maxVms: 2, maxDayCredits: 500_000n });
  write({ maxVms: 1 });
  expect((await readPolicy(t.context, t.account)).limits).toMatchObject({ maxVms: 1, maxDayCredits: 500_000n });
});

test('lowering below it is free, raising up to it asks, beyond it only root can', async () => {
  const t = await testContext({ rootPolicy: root() });
  const to = (maxVms: number) => t.run(planPolicy(t.context, { action: 'policy set', limits: { maxVms } }, `vms ${maxVms}`));
  await t.run(setPolicy(t.context, await to(1)));
  expect(await readPolicy(t.context, t.account)).toMatchObject({ version: 0, limits: { maxVms: 1 } });
  expect(await codeOf(to(3))).toBe('POLICY_REFUSED');
  const back = await to(2);
  expect(back.verdict).toBe('approve');
  const { id } = await requestApproval(t.context, back, 'vms 2');
  await grantApproval(atTerminal(t.context), id, 'terminal');
  await t.run(setPolicy(t.context, { ...back, approval: id }));
  expect(await readPolicy(t.context, t.account)).toMatchObject({ version: 1, limits: { maxVms: 2 } });
});

test('XA-02 its approver is that of every home, with a fresh ledger too: typing counts for nothing, and no command changes it', async () => {
  const world = await openWorld();
  const t = await testContext({ world, rootPolicy: root({ approver: addressOf(boss) }) });
  // root is its seal: small things run
  expect((await t.run(createVm(t.context))).state).toBe('healthy');
  const plan = await t.run(planCreate(t.context, { size: { computeUnits: 4 }, ttlSeconds: 4 * 3600, crn: 'http://crn-1.devnet.test' }));
  expect(plan.failing.map(({ code }) => code)).toEqual(['APPROVAL_NEEDED']);
  const { id } = await requestApproval(t.context, plan, 'three');
  expect(await codeOf(grantApproval(atTerminal(t.context), id, 'terminal'))).toBe('POLICY_REFUSED');
  for (const to of [null, `0x${'5'.repeat(40)}`]) {
    expect(await codeOf(planApprover(atTerminal(t.context), 'policy approver set', to, 'x'))).toBe('POLICY_REFUSED');
  }
  await approvedBy(t, boss, id);
  expect(t.ledger.approval(id)).toMatchObject({ state: 'granted', decidedBy: addressOf(boss) });
  await world.close();
});

test('under its approver, when spending was authorised counts only as sealed', async () => {
  const t = await testContext({ rootPolicy: root({ approver: addressOf(boss) }) });
  const again = await t.run(planPolicy(t.context, { action: 'policy set', reauthorise: true }, 'again'));
  await approvedBy(t, boss, (await requestApproval(t.context, again, 'again')).id);
  const sealed = await readPolicy(t.context, t.account);
  expect(sealed).toMatchObject({ version: 1, authorisedAt: again.subject.authorisedAt });
  t.ledger.write('lease.take', (transaction) => transaction.putPolicy({ ...sealed.row, authorisedAt: sealed.authorisedAt + 1 }));
  expect(await readPolicy(t.context, t.account)).toMatchObject({ authorisedAt: 0, unsealed: null });
});

test('one that cannot be relied on stops all spending, and no destroy', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context));
  const broken = {
    ...t.context,
    rootPolicy: () => {
      throw new Failure('CONFIG_INVALID', 'others may write it');
    },
  };
  expect(await t.run(codeOf(createVm(broken, { crn: 'http://crn-1.devnet.test' })))).toBe('CONFIG_INVALID');
  const plan = await t.run(planDestroy(broken, { references: [vm.name], expired: false, ofTask: null, all: false }, 'x'));
  expect(plan.verdict).toBe('allow');
  const [outcome] = await t.run(destroySeveral(broken, plan));
  expect(outcome).toMatchObject({ problem: null, vm: { state: 'terminated' } });
});

test('a ledger’s approver stays one where the machine names none', async () => {
  const t = await testContext({ rootPolicy: root() });
  await withApprover(t);
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(boss), unsealed: null, limits: { maxVms: 2 } });
});
