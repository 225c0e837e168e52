import { expect, test } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { approvalStanding } from '../../../src/lifecycle/approvals/approval-standing.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { denyApproval } from '../../../src/lifecycle/approvals/deny-approval.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { accountAtAGlance } from '../../../src/lifecycle/view/account-at-a-glance.ts';
import { atTerminal } from '../../support/approval/approver.ts';
import { priceTimes } from '../../support/devnet/devnet-moves.ts';
import { type CreatePlan, createVm, failureOf, planCreate, requestOf, type Wish } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

/** Four compute units for four hours: 0.228 USD, above the 0.10 that asks. */
const wish: Wish = { name: 'big', crn: 'http://crn-0.devnet.test', size: { computeUnits: 4 }, ttlSeconds: 4 * 3600 };
const { argumentsDigest } = requestOf(wish);

const asked = async (t: TestContext) => {
  const plan = await t.run(planCreate(t.context, wish));
  expect(plan).toMatchObject({ verdict: 'approve', consentPhrase: '0.2280' });
  expect(plan.failing.map(({ code }) => code)).toEqual(['APPROVAL_NEEDED']);
  return { plan, approval: await requestApproval(t.context, plan, argumentsDigest) };
};

const stored = async (t: TestContext, id: string | null = null) => (await grantedPlan(t.context, argumentsDigest, id)) as CreatePlan | null;

test('XA-02 above the threshold a plan waits for a person; nothing in the call itself lets it through', async () => {
  const t = await testContext();
  const { plan, approval } = await asked(t);
  expect(await stored(t)).toBeNull();
  expect(await stored(t, approval.id)).toBeNull();
  expect(await t.run(failureOf(provision(t.context, plan, true)))).toMatchObject({ code: 'PLAN_MOVED' });
  // Naming an approval that nobody gave does not help either.
  const forged = { ...plan, approval: approval.id };
  expect(await t.run(failureOf(provision(t.context, forged, true)))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
  expect(t.bills()).toEqual([]);
  expect(t.vms()).toEqual([]);
});

test('asking twice is one approval', async () => {
  const t = await testContext();
  const { approval } = await asked(t);
  expect((await asked(t)).approval.id).toBe(approval.id);
});

test('a granted plan is used once, as it was stored', async () => {
  const t = await testContext();
  const { plan, approval } = await asked(t);
  await grantApproval(t.context, approval.id, 'terminal');
  const granted = await stored(t);
  expect(granted).toMatchObject({ id: plan.id, approval: approval.id, subject: plan.subject });
  const { vm } = await t.run(provision(t.context, granted!, true));
  expect(vm).toMatchObject({ state: 'healthy', name: 'big' });
  expect(t.ledger.approval(approval.id)).toMatchObject({ state: 'used', usedBy: vm.operation });
  expect(await stored(t)).toBeNull();
  const again = { ...granted!, subject: { ...granted!.subject, name: 'bigger' } } as CreatePlan;
  expect(await t.run(failureOf(provision(t.context, again, true)))).toMatchObject({
    code: expect.stringMatching(/APPROVAL_EXPIRED|BURN_LIMIT/),
  });
  expect(t.bills()).toHaveLength(1);
});

test('an approval binds the plan that was shown: another plan under its id is refused', async () => {
  const t = await testContext();
  const { approval } = await asked(t);
  await grantApproval(t.context, approval.id, 'terminal');
  const other = await t.run(planCreate(t.context, { ...wish, name: 'other', ttlSeconds: 5 * 3600 }));
  expect(await t.run(failureOf(provision(t.context, { ...other, approval: approval.id }, true)))).toMatchObject({
    code: 'APPROVAL_EXPIRED',
  });
  expect(t.ledger.approval(approval.id)).toMatchObject({ state: 'granted' });
  expect(t.bills()).toEqual([]);
});

test('the price moved by more than two per cent since: PRICE_MOVED, and the approval of the old price is void', async () => {
  const t = await testContext();
  const { approval } = await asked(t);
  await grantApproval(t.context, approval.id, 'terminal');
  priceTimes(t.devnet, 1.03);
  expect(await t.run(failureOf(provision(t.context, (await stored(t))!, true)))).toMatchObject({ code: 'PRICE_MOVED' });
  expect(t.ledger.approval(approval.id)).toMatchObject({ state: 'void' });
  expect(await stored(t)).toBeNull();
  expect(t.bills()).toEqual([]);
});

test('what policy denies by now is denied in spite of the approval', async () => {
  const t = await testContext();
  const { approval } = await asked(t);
  await grantApproval(t.context, approval.id, 'terminal');
  const more = await t.run(planCreate(t.context, { crn: 'http://crn-1.devnet.test', size: { computeUnits: 4 }, ttlSeconds: 3600 }));
  expect(more.verdict).toBe('allow');
  await t.run(provision(t.context, more, false));
  const failure = await t.run(failureOf(provision(t.context, (await stored(t))!, true)));
  expect(failure).toMatchObject({ code: 'BURN_LIMIT', exit: 4 });
  expect(t.ledger.approval(approval.id)).toMatchObject({ state: 'granted' });
});

test('what was denied is not asked again by an agent until that approval would have ended', async () => {
  const t = await testContext();
  const { approval } = await asked(t);
  await denyApproval(t.context, approval.id);
  expect(await stored(t)).toBeNull();
  expect(await failureOf(asked(t))).toMatchObject({ code: 'APPROVAL_EXPIRED', exit: 4 });
  await t.run(t.devnet.clock.wait(25 * 3600_000));
  expect((await asked(t)).approval.state).toBe('pending');
});

test('reconcile voids what waits and what was granted where the ledger had lost rows, and nothing otherwise', async () => {
  const t = await testContext();
  const { approval } = await asked(t);
  await grantApproval(t.context, approval.id, 'terminal');
  expect((await t.run(reconcile(t.context, t.account))).voided).toBe(0);
  const elsewhere = await testContext({ world: t, ledger: openMemoryLedger({ now: t.devnet.clock.now }), seed: 9 });
  await t.run(createVm(elsewhere.context, { crn: 'http://crn-2.devnet.test' }));
  expect((await t.run(reconcile(t.context, t.account))).voided).toBe(1);
  expect(t.ledger.approval(approval.id)).toMatchObject({ state: 'void' });
  expect(await stored(t)).toBeNull();
});

test('a grant lasts for a day', async () => {
  const t = await testContext();
  const { approval } = await asked(t);
  await t.run(t.devnet.clock.wait(23 * 3600_000));
  await grantApproval(t.context, approval.id, 'terminal');
  const granted = await stored(t);
  expect(granted).not.toBeNull();
  await t.run(t.devnet.clock.wait(61 * 60_000));
  expect(await stored(t)).toBeNull();
  expect(await t.run(failureOf(provision(t.context, granted!, true)))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
  expect(t.bills()).toEqual([]);
});

test('XA-02 what was granted for one account or network is nothing on another', async () => {
  const t = await testContext();
  const { approval } = await asked(t);
  const elsewhere = { ...t.context, network: 'mainnet' };
  expect(await failureOf(grantApproval(elsewhere, approval.id, 'terminal'))).toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
  await grantApproval(t.context, approval.id, 'terminal');
  expect(await failureOf(grantedPlan(elsewhere, argumentsDigest, approval.id))).toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
  const other = `0x${'1'.repeat(40)}`;
  expect(await grantedPlan(t.context, argumentsDigest, null, other)).toBeNull();
  expect(await grantedPlan(t.context, argumentsDigest, null, t.account)).toMatchObject({ approval: approval.id });
});

test('I-15 an approval for a VM that is gone waits for nobody', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci' }));
  const longer = { reference: 'ci', bySeconds: 20 * 3600, until: null, requestId: null, argumentsDigest: 'longer' };
  const plan = await t.run(planExtend(t.context, longer));
  expect(plan.verdict).toBe('approve');
  const { id } = await requestApproval(t.context, plan as Plan<'vm extend'>, 'longer');
  const standing = async () => (await approvalStanding(t.context, t.ledger.approval(id)!)).state;
  expect(await standing()).toBe('pending');
  await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(await standing()).toBe('void');
  expect(await failureOf(grantApproval(atTerminal(t.context), id, 'terminal'))).toMatchObject({
    code: 'APPROVAL_EXPIRED',
    message: expect.stringContaining('is gone'),
  });
  expect((await t.run(accountAtAGlance(t.context, false))).approvalsWaiting).toBe(0);
});
