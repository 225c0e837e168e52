import { expect, it } from 'vitest';
import type { Envelope } from '../../../src/domain/plan/envelope.ts';
import { grantApproval, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { planEnvelope } from '../../../src/lifecycle/approvals/plan-envelope.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { atTerminal } from '../../support/approval/approver.ts';
import { failureOf, planCreate, type Wish } from '../../support/lifecycle-calls.ts';
import { delegatedContext, letRent } from '../../support/payer/payer.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const envelope: Envelope = { credits: '500000', ttlSeconds: 4 * 3600, computeUnits: 4, vms: 2, forSeconds: 24 * 3600 };
/** 0.228 USD, which asks. */
const big: Wish = { size: { computeUnits: 4 }, ttlSeconds: 4 * 3600, crn: 'http://crn-0.devnet.test' };

const granted = async (t: TestContext): Promise<string> => {
  const plan = await planEnvelope(t.context, envelope, 'envelope');
  return (await grantApproval(atTerminal(t.context), (await requestApproval(t.context, plan, 'envelope')).id, 'terminal')).id;
};

it('W-023: an envelope is for the payer that it was agreed to for, whatever its row says', async () => {
  const t = await delegatedContext();
  await letRent(t);
  const own = await testContext({ world: t, seed: 2 });
  const id = await granted(own);
  expect((await t.run(planCreate(own.context, big))).verdict).toBe('allow');
  t.ledger.write('lease.take', (transaction) => transaction.updateApproval(id, { ...transaction.approval(id)!, payer: t.payer }));
  const theirs = await t.run(planCreate(t.context, big));
  expect(theirs.verdict).toBe('approve');
  // nor does a plan that names it take from it
  const forged = { ...theirs, verdict: 'allow' as const, subject: { ...theirs.subject, envelope: id } };
  expect(await t.run(failureOf(provision(t.context, forged, true)))).toMatchObject({ code: 'PLAN_MOVED' });
  expect([t.ledger.takes(id), t.bills()]).toEqual([[], []]);
});

it('W-023: an envelope with --payer names that payer, and pays no VM of the account itself', async () => {
  const t = await delegatedContext();
  await letRent(t);
  const plan = await planEnvelope(t.context, envelope, 'envelope');
  expect(plan).toMatchObject({ terms: { account: t.account, payer: t.payer }, summary: expect.stringContaining(`paid by ${t.payer}`) });
  await granted(t);
  expect((await t.run(planCreate(t.context, big))).verdict).toBe('allow');
  const own = await testContext({ world: t, seed: 2 });
  expect((await t.run(planCreate(own.context, big))).verdict).toBe('approve');
});
