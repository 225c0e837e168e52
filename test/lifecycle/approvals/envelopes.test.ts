import { expect, test } from 'vitest';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import type { Envelope } from '../../../src/domain/plan/envelope.ts';
import { approvalStanding } from '../../../src/lifecycle/approvals/approval-standing.ts';
import { grantApproval, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { denyApproval } from '../../../src/lifecycle/approvals/deny-approval.ts';
import { planEnvelope } from '../../../src/lifecycle/approvals/plan-envelope.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { approvedBy, atTerminal, boss, withApprover } from '../../support/approval/approver.ts';
import { create, failureOf, planCreate, type Wish } from '../../support/lifecycle-calls.ts';
import { Death, type TestContext, testContext } from '../../support/test-context.ts';

const envelope: Envelope = { credits: '500000', ttlSeconds: 4 * 3600, computeUnits: 4, vms: 2, forSeconds: 24 * 3600 };
/** 0.228 USD. */
const big: Wish = { size: { computeUnits: 4 }, ttlSeconds: 4 * 3600, crn: 'http://crn-0.devnet.test' };

const asked = async (t: TestContext, wanted: Partial<Envelope> = {}) =>
  requestApproval(
    t.context,
    await planEnvelope(t.context, { ...envelope, ...wanted }, `envelope ${JSON.stringify(wanted)}`),
    `envelope ${JSON.stringify(wanted)}`,
  );

const granted = async (t: TestContext, wanted: Partial<Envelope> = {}) =>
  grantApproval(atTerminal(t.context), (await asked(t, wanted)).id, 'terminal');

const leftOf = async (t: TestContext, id: string) => (await approvalStanding(t.context, t.ledger.approval(id)!)).left;

test('an envelope lets creates pass that fit it, counts down with each hold, and asks again when it is used up', async () => {
  const t = await testContext();
  const { id } = await granted(t);
  const plan = await t.run(planCreate(t.context, big));
  expect(plan).toMatchObject({ verdict: 'allow', summary: expect.stringContaining(id) });
  const { vm } = await t.run(provision(t.context, plan, true));
  expect(vm.state).toBe('healthy');
  expect(t.ledger.operation(vm.operation)).toMatchObject({ approval: id });
  expect(await leftOf(t, id)).toEqual({ credits: 272_000n, vms: 1 });
});

test('what asks nobody takes nothing from it', async () => {
  const t = await testContext();
  const { id } = await granted(t);
  await t.run(create(t.context, { crn: 'http://crn-1.devnet.test' }));
  expect(t.ledger.takes(id)).toEqual([]);
});

test('what does not fit asks as before: longer, larger, dearer, one more, or too late', async () => {
  const t = await testContext();
  await granted(t, { ttlSeconds: 3 * 3600 });
  await granted(t, { computeUnits: 3 });
  await granted(t, { credits: '227999' });
  await granted(t, { vms: 0 });
  await granted(t, { forSeconds: 60 });
  await t.run(t.devnet.clock.wait(61_000));
  expect((await t.run(planCreate(t.context, big))).verdict).toBe('approve');
});

test('an envelope lifts the asking threshold and nothing else', async () => {
  const t = await testContext();
  await granted(t, { credits: '9000000', ttlSeconds: 90 * 3600, computeUnits: 12 });
  const plan = await t.run(planCreate(t.context, { ...big, size: { computeUnits: 8 }, ttlSeconds: 48 * 3600 }));
  expect(plan.verdict).toBe('deny');
  expect(plan.failing.map(({ code }) => code)).toEqual(expect.arrayContaining(['TTL_TOO_LONG', 'SIZE_LIMIT', 'BURN_LIMIT']));
});

test('two plans of one envelope: the second hold finds it used, and nothing is sent', async () => {
  const t = await testContext();
  const { id } = await granted(t, { vms: 1 });
  const [first, second] = [await t.run(planCreate(t.context, big)), await t.run(planCreate(t.context, { ...big, name: 'second' }))];
  await t.run(provision(t.context, first, true));
  await t.run(failureOf(provision(t.context, second, true)));
  expect(t.ledger.takes(id)).toEqual([228_000n]);
  expect(t.bills()).toHaveLength(1);
});

test.each(['before', 'after'] as const)('a death just %s the hold: taken with it or not at all', async (when) => {
  const dying = await testContext({
    crash: (point, side) => {
      if (point === 'create.hold' && side === when) throw new Death();
    },
  });
  const { id } = await granted(dying);
  const plan = await dying.run(planCreate(dying.context, big));
  await dying.run(provision(dying.context, plan, true).catch(() => null));
  expect(dying.ledger.takes(id)).toHaveLength(dying.vms().length);
  expect(dying.vms()).toHaveLength(when === 'after' ? 1 : 0);
});

test('a no closes an envelope that was granted', async () => {
  const t = await testContext();
  const { id } = await granted(t);
  const plan = await t.run(planCreate(t.context, big));
  await denyApproval(t.context, id);
  expect((await t.run(planCreate(t.context, big))).verdict).toBe('approve');
  expect(await t.run(failureOf(provision(t.context, plan, true)))).toMatchObject({ code: 'PLAN_MOVED' });
  expect(t.bills()).toEqual([]);
});

test('XA-02 with an approver an envelope is signed, and one granted by hand in the ledger lets nothing pass', async () => {
  const t = await testContext();
  await withApprover(t);
  const waiting = await asked(t);
  expect(approvalMessage(waiting)).toMatchObject({ primaryType: 'EnvelopeApproval', message: { mostUsd: '0.5000' } });
  t.ledger.write('approval.grant', (transaction) => transaction.updateApproval(waiting.id, { state: 'granted', decidedBy: 'terminal' }));
  expect((await t.run(planCreate(t.context, big))).verdict).toBe('approve');
  t.ledger.write('approval.grant', (transaction) => transaction.updateApproval(waiting.id, { state: 'pending' }));
  await approvedBy(t, boss, waiting.id);
  expect((await t.run(planCreate(t.context, big))).verdict).toBe('allow');
  // more than what was signed
  const row = t.ledger.approval(waiting.id)!;
  const plan = row.plan as { subject: { envelope: Envelope } };
  const larger = { ...plan, subject: { ...plan.subject, envelope: { ...envelope, credits: '900000' } } };
  t.ledger.write('approval.grant', (transaction) => transaction.updateApproval(waiting.id, { plan: larger } as object));
  expect((await t.run(planCreate(t.context, big))).verdict).toBe('approve');
});
