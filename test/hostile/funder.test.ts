import type { Wallet } from 'ethers';
import { expect, test } from 'vitest';
import type { Facts } from '../../src/domain/ledger/effect-facts.ts';
import { factsOf } from '../../src/domain/ledger/effect-facts.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import type { RootPolicy } from '../../src/domain/limits/root-policy.ts';
import { grantedPlan, requestApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { denyApproval } from '../../src/lifecycle/approvals/deny-approval.ts';
import { planApprover } from '../../src/lifecycle/governance/plan-approver.ts';
import { planFunder } from '../../src/lifecycle/governance/plan-funder.ts';
import { setApprover } from '../../src/lifecycle/governance/set-approver.ts';
import { readPolicy } from '../../src/lifecycle/policy/policy-in-force.ts';
import { verifyLedger } from '../../src/lifecycle/trail/verify-ledger.ts';
import { called, signedFor } from '../support/approval/approved-call.ts';
import { addressOf, approvedBy, atTerminal, boss, stranger, withApprover } from '../support/approval/approver.ts';
import { funderOf, withFunder } from '../support/approval/with-funder.ts';
import { failureOf } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

/** Somebody appends a row to the trail, chained by the public rule. */
const append = (t: TestContext, facts: Facts['policy.funder'], at = t.context.clock.now()): void =>
  t.ledger.write('lease.take', (transaction) =>
    transaction.recordEffect({
      at,
      point: 'policy.funder',
      network: 'devnet',
      account: t.account,
      agent: null,
      task: null,
      operation: null,
      vm: null,
      outcome: 'named',
      credits: null,
      latencyMs: null,
      facts,
    }),
  );

/** One approver lets another in by its signature, and that one seals the policy. */
const giveWay = async (t: TestContext, from: Wallet, to: Wallet): Promise<void> => {
  const [action, digest] = ['policy approver set', `to ${addressOf(to)}`] as const;
  const plan = await t.run(planApprover(atTerminal(t.context), action, addressOf(to), digest));
  const { id } = await requestApproval(t.context, plan, digest);
  await approvedBy(t, from, id);
  const seal = await t.run(setApprover(t.context, (await grantedPlan(t.context, digest, id)) as Parameters<typeof setApprover>[1]));
  await approvedBy(t, to, seal!);
};

const funderIn = async (t: TestContext): Promise<string | null> => (await readPolicy(t.context, t.account)).funder;

test('S-20 under an approver no row names a funder but with its signed word, which is good once', async () => {
  const t = await testContext();
  await withApprover(t);
  const to = funderOf(t).address;
  append(t, { funder: to, word: null });
  expect(await funderIn(t)).toBeNull();
  expect((await t.run(verifyLedger(t.context, null))).policy).toContainEqual(expect.stringContaining(`names the funder ${to}`));
  await withFunder(t, 'approver');
  const [named] = t.ledger.effects({ point: 'policy.funder', limit: 1 });
  const { word } = factsOf('policy.funder', named!);
  expect(await funderIn(t)).toBe(to);
  const other = t.devnet.accounts[2]!.address;
  append(t, { funder: other, word });
  expect(await funderIn(t)).toBe(to);
  await called(t, 'policy set', { funder: 'none' });
  append(t, { funder: to, word });
  expect(await funderIn(t)).toBeNull();
  // put back afterwards, it shows all the same: a word for another address, and one that was used already
  await called(t, 'policy set', { funder: 'none' });
  append(t, { funder: null, word: null });
  const found = (await t.run(verifyLedger(t.context, null))).policy;
  expect(found).toContainEqual(expect.stringContaining(`names the funder ${other}`));
  expect(found).toContainEqual(expect.stringContaining(`names the funder ${to}`));
  // a word that was taken back before it was used is good for nothing either
  const { id, shown } = await signedFor(t, 'policy set', { funder: to });
  await denyApproval(t.context, id);
  append(t, { funder: to, word: { message: shown.message, signature: t.ledger.approval(id)!.signature!, networkId: t.devnet.id } });
  expect(await funderIn(t)).toBeNull();
  // and where the approver goes no row from its time counts
  await signedFor(t, 'policy approver remove', {});
  await called(t, 'policy approver remove', {});
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: null, funder: null });
});

test('S-20 a word that was signed and not used is good for its day only, also where a row of the trail is dated back', async () => {
  const t = await testContext();
  await withApprover(t);
  const to = funderOf(t).address;
  const { id, shown } = await signedFor(t, 'policy set', { funder: to });
  const word = { message: shown.message, signature: t.ledger.approval(id)!.signature!, networkId: t.devnet.id };
  const signedAt = t.context.clock.now();
  await t.devnet.clock.advance(25 * 3_600_000);
  await called(t, 'policy set', { maxVms: 2 });
  append(t, { funder: to, word }, signedAt);
  expect(await funderIn(t)).toBeNull();
  append(t, { funder: to, word });
  expect(await funderIn(t)).toBeNull();
});

test('S-20 a funder goes with the approver that named it for good, and the approver is none', async () => {
  const t = await testContext();
  await withApprover(t);
  await withFunder(t, 'approver');
  expect(await funderIn(t)).toBe(funderOf(t).address);
  await giveWay(t, boss, stranger);
  expect(await funderIn(t)).toBeNull();
  await giveWay(t, stranger, boss);
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(boss), funder: null, findings: [] });
  expect(await failureOf(called(t, 'policy set', { funder: boss.address }))).toMatchObject({ code: 'POLICY_REFUSED' });
  await withFunder(t, 'approver');
  expect(await funderIn(t)).toBe(funderOf(t).address);
});

test('S-20 under the machine’s own policy root names the funder, or the approver that root names signs for one', async () => {
  const t = await testContext();
  await withFunder(t);
  const root = { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: null };
  const under = (policy: Partial<RootPolicy>) => ({ ...t.context, rootPolicy: () => ({ ...root, ...policy }) });
  const funderUnder = async (policy: Partial<RootPolicy>) => (await readPolicy(under(policy), t.account)).funder;
  const other = t.devnet.accounts[2]!.address;
  expect(await funderUnder({})).toBeNull();
  expect(await funderUnder({ approver: addressOf(boss) })).toBeNull();
  expect(await funderUnder({ funder: other })).toBe(other);
  expect(await t.run(failureOf(planFunder(atTerminal(under({})), other, 'f')))).toMatchObject({ code: 'POLICY_REFUSED' });
  // whom root names nobody takes away, and a slip of a digit shows
  expect(await t.run(failureOf(planFunder(under({ funder: other }), null, 'f')))).toMatchObject({ code: 'POLICY_REFUSED' });
  expect(await t.run(planFunder(under({}), null, 'f'))).toMatchObject({ verdict: 'allow' });
  const slip = other.replace(/[a-f](?=[^a-f]*$)/, (digit) => (digit === 'a' ? 'b' : 'a'));
  expect(await t.run(failureOf(readPolicy(under({ funder: slip, written: [slip] }), t.account)))).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await funderUnder({ funder: other.toLowerCase(), written: [other.toLowerCase()] })).toBe(other.toLowerCase());
});
