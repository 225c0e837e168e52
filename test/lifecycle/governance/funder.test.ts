import { expect, test } from 'vitest';
import { planFunder } from '../../../src/lifecycle/governance/plan-funder.ts';
import { setFunder } from '../../../src/lifecycle/governance/set-funder.ts';
import { readPolicy } from '../../../src/lifecycle/policy/policy-in-force.ts';
import { asked, called, signedFor } from '../../support/approval/approved-call.ts';
import { approvedBy, boss, withApprover } from '../../support/approval/approver.ts';
import { funderOf, withFunder } from '../../support/approval/with-funder.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { testContext } from '../../support/test-context.ts';

test('W-022 a funder is named by a person, an address with its capitals that is no account of this home; anybody takes it away', async () => {
  const t = await testContext();
  const to = funderOf(t).address;
  const plan = (address: string | null) => t.run(planFunder(t.context, address, 'f'));
  expect(await plan(to)).toMatchObject({ verdict: 'approve', consentPhrase: to.slice(-6) });
  expect(await failureOf(plan(to.toLowerCase()))).toMatchObject({ code: 'USAGE' });
  expect(await failureOf(plan(t.account))).toMatchObject({ code: 'POLICY_REFUSED' });
  const other = await t.context.keys.create({ name: 'other', network: 'devnet', passphrase: null });
  expect(await failureOf(plan(other.address))).toMatchObject({ code: 'POLICY_REFUSED', message: expect.stringContaining('other') });
  expect(await failureOf(called(t, 'policy set', { funder: to, maxVms: 1 }))).toMatchObject({ code: 'USAGE' });
  const unasked = { ...(await plan(to)), verdict: 'allow' as const };
  expect(await t.run(failureOf(setFunder(t.context, unasked)))).toMatchObject({ code: 'PLAN_MOVED' });
  expect(await readPolicy(t.context, t.account)).toMatchObject({ funder: null });
  await withFunder(t);
  expect(await readPolicy(t.context, t.account)).toMatchObject({ funder: to });
  await called(t, 'policy set', { funder: 'none' });
  expect(await readPolicy(t.context, t.account)).toMatchObject({ funder: null, findings: [] });
});

test('a funder goes with who named it: what a person said ends with the first approver, what an approver signed with that one', async () => {
  const t = await testContext();
  const to = funderOf(t).address;
  await withFunder(t);
  await withApprover(t);
  expect(await readPolicy(t.context, t.account)).toMatchObject({ funder: null });
  const request = await asked(t, 'policy set', { funder: to });
  expect(request.shown).toMatchObject({ primaryType: 'Funder', message: { funder: to, account: t.account.toLowerCase() } });
  await approvedBy(t, boss, request.id);
  await called(t, 'policy set', { funder: to });
  expect(await readPolicy(t.context, t.account)).toMatchObject({ funder: to, findings: [] });
  await signedFor(t, 'policy approver remove', {});
  await called(t, 'policy approver remove', {});
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: null, funder: null, findings: [] });
  // and the word from before the approver counts no more than the approver's own
  await withFunder(t);
  expect(await readPolicy(t.context, t.account)).toMatchObject({ funder: to });
});

test('S-20 where the ledger has a row of a clock that was ahead, no funder is named, and the approver’s word stays good for later', async () => {
  const t = await testContext();
  const to = funderOf(t).address;
  await withApprover(t);
  const { id } = await signedFor(t, 'policy set', { funder: to });
  t.ledger.write('lease.take', (transaction) =>
    transaction.recordEffect({
      at: t.context.clock.now() + 3_600_000,
      point: 'vm.protect',
      network: 'devnet',
      account: t.account,
      agent: null,
      task: null,
      operation: null,
      vm: null,
      outcome: 'protected',
      credits: null,
      latencyMs: null,
      facts: {},
    }),
  );
  // it neither plans one nor takes one that was signed
  expect(await failureOf(called(t, 'policy set', { funder: to }))).toMatchObject({ code: 'CLOCK_UNTRUSTED' });
  expect(await failureOf(called(t, 'policy set', { funder: to }, id))).toMatchObject({
    code: 'CLOCK_UNTRUSTED',
    details: { sideEffects: 'none' },
  });
  expect(t.ledger.approval(id)?.state).toBe('granted');
  expect(await readPolicy(t.context, t.account)).toMatchObject({ funder: null, findings: [] });
  await t.devnet.clock.advance(2 * 3_600_000);
  await called(t, 'policy set', { funder: to });
  expect(await readPolicy(t.context, t.account)).toMatchObject({ funder: to, findings: [] });
});
