import { expect, test } from 'vitest';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';
import { allowanceOf } from '../../../src/lifecycle/account/allowance.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { planAllow, planReturn, type TransferWish } from '../../../src/lifecycle/transfer/plan-transfer.ts';
import { settleTransfer, transferCredits } from '../../../src/lifecycle/transfer/transfer-credits.ts';
import { called } from '../../support/approval/approved-call.ts';
import { atTerminal } from '../../support/approval/approver.ts';
import { inPreparedEnvironment } from '../../support/approval/prepared-environment.ts';
import { createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { delegate } from '../../support/strays/delegate.ts';
import { giveCredits } from '../../support/strays/give-credits.ts';
import { Death, type TestContext, testContext } from '../../support/test-context.ts';

const dayMs = 86_400_000;
const agent = delegate.address;
const usdOf = async (t: TestContext, address: string): Promise<number> => {
  const answer = await t.devnet.fetch(new Request(`${t.devnet.origins.ccnA}/api/v0/addresses/${address}/balance`));
  return ((await answer.json()) as { credit_balance: number }).credit_balance / 1e6;
};
const both = (t: TestContext, other = agent) => Promise.all([usdOf(t, t.account), usdOf(t, other)]);

const wishOf = (patch: Partial<TransferWish> = {}): TransferWish => ({ to: agent, credits: 2_000_000n, expiresAt: null, ...patch });
const digestOf = (wish: TransferWish) => argumentsDigest('credits allow', { to: wish.to, credits: String(wish.credits) });

const allow = async (t: TestContext, wish = wishOf()) => {
  const plan = await t.run(planAllow(atTerminal(t.context), wish, digestOf(wish)));
  return t.run(transferCredits(t.context, plan));
};

test('W-022 W-110 N-05 an allowance moves once, on the credit channel, in milliseconds, and both histories show it', async () => {
  const t = await testContext();
  const expiresAt = t.devnet.clock.now() + 30 * dayMs;
  const { post } = await allow(t, wishOf({ expiresAt }));
  const { message } = (await (await t.devnet.fetch(new Request(`${t.devnet.origins.ccnA}/api/v0/messages/${post}`))).json()) as {
    message: object;
  };
  expect(message).toMatchObject({ channel: 'ALEPH_CREDIT', sender: t.account });
  expect(await both(t)).toEqual([8, 2]);
  const cloud = await t.context.cloud();
  expect((await t.run(cloud.accounts.balance(agent))).lots).toEqual([{ credits: 2_000_000n, expiresAt }]);
  await t.devnet.clock.advance(31 * dayMs);
  expect(await usdOf(t, agent)).toBe(0);
});

test('an agent is asked; a mistyped address, oneself, an early expiry and more than is there are refused', async () => {
  const t = await testContext();
  const plan = (wish: TransferWish) => t.run(planAllow(t.context, wish, digestOf(wish)));
  expect(await plan(wishOf())).toMatchObject({ verdict: 'approve', consentPhrase: '2.0000' });
  expect(await failureOf(plan(wishOf({ to: agent.toLowerCase() })))).toMatchObject({ code: 'USAGE' });
  expect(await failureOf(plan(wishOf({ to: t.account })))).toMatchObject({ code: 'USAGE' });
  expect(await failureOf(plan(wishOf({ expiresAt: t.devnet.clock.now() - 1 })))).toMatchObject({ code: 'USAGE' });
  expect(await failureOf(plan(wishOf({ expiresAt: t.devnet.clock.now() + 3600_000 })))).toMatchObject({ code: 'USAGE' });
  expect(await plan(wishOf({ credits: 11_000_000n }))).toMatchObject({ verdict: 'deny', failing: [{ code: 'CREDIT_RESERVE_SHORT' }] });
  expect(await t.run(planAllow(atTerminal(t.context), wishOf(), 'd'))).toMatchObject({ verdict: 'allow', consentPhrase: null });
});

test('S-27 where the machine has a policy of its own, a prepared environment sends no credits on the public network, begun or not', async () => {
  const t = await testContext({
    rootPolicy: { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: null },
    crash: (at) => {
      if (at === 'transfer.publish') throw new Death();
    },
  });
  const context = inPreparedEnvironment(t.context);
  const untrusted = { code: 'ENVIRONMENT_UNTRUSTED' };
  expect(await t.run(failureOf(planAllow(context, wishOf(), 'prepared')))).toMatchObject(untrusted);
  expect(await t.run(failureOf(planReturn(context, null, 'prepared')))).toMatchObject(untrusted);
  expect(t.requests).toEqual([]);
  const wish = wishOf();
  const plan = await t.run(planAllow(atTerminal(t.context), wish, digestOf(wish)));
  await expect(t.run(transferCredits(t.context, plan))).rejects.toBeInstanceOf(Death);
  const [begun] = (await t.context.ledger()).operations({ account: t.account, network: 'devnet', kind: 'transfer' });
  expect(await t.run(failureOf(settleTransfer(context, begun!.id)))).toMatchObject(untrusted);
  expect(await both(t)).toEqual([10, 0]);
});

test('what stays must carry the VMs that run', async () => {
  const t = await testContext();
  await t.run(createVm(t.context));
  const wish = wishOf({ credits: 9_700_000n });
  expect(await t.run(planAllow(atTerminal(t.context), wish, digestOf(wish)))).toMatchObject({
    verdict: 'deny',
    // I-09: what would be needed, and what is there
    failing: [{ code: 'CREDIT_RESERVE_SHORT', figure: expect.stringMatching(/^10\.05/), limit: expect.stringMatching(/^(10\.00|9\.99)/) }],
  });
});

test('credits return goes to whoever signed the allowance, and to nobody that a host names', async () => {
  const t = await testContext();
  expect(await t.run(failureOf(allowanceOf(t.context, t.account)))).toMatchObject({ code: 'ALLOWANCE_NOT_FOUND' });
  const owner = t.devnet.accounts[1]!;
  await giveCredits(t, { credits: 3_000_000n, expiresAt: t.devnet.clock.now() + 30 * dayMs });
  expect(await t.run(allowanceOf(t.context, t.account))).toEqual({ giver: owner.address, left: 3_000_000n });
  const liar = await testContext({
    world: t,
    spoil: async (response, request) =>
      request.url.includes('credit_history') ? new Response((await response.text()).replaceAll(owner.address, agent), response) : response,
  });
  expect(await t.run(failureOf(allowanceOf(liar.context, t.account)))).toMatchObject({ code: 'ALLOWANCE_NOT_FOUND' });
  const plan = await t.run(planReturn(t.context, 1_000_000n, 'return'));
  expect(plan.verdict).toBe('allow');
  await t.run(transferCredits(t.context, plan));
  expect(await both(t, owner.address)).toEqual([12, 8]);
  // whoever sends a little is sent no more than that, though nobody is asked
  expect(await t.run(planReturn(t.context, 2_100_000n, 'more'))).toMatchObject({
    verdict: 'deny',
    failing: [{ code: 'ALLOWANCE_NOT_FOUND', figure: '2.1000', limit: '2.0000' }],
  });
  expect(await t.run(planReturn(t.context, 20_000_000n, 'most'))).toMatchObject({
    failing: [
      { code: 'CREDIT_RESERVE_SHORT', fix: { actor: 'agent', command: 'aleph-agent credits return' } },
      { code: 'ALLOWANCE_NOT_FOUND' },
    ],
  });
  await t.devnet.clock.advance(1_000);
  const all = await t.run(planReturn(t.context, null, 'all'));
  expect(all.subject).toMatchObject({ to: owner.address, credits: '2000000' });
  const twice = await testContext({ world: t, seed: 3 });
  const outcomes = await t.run(Promise.allSettled([transferCredits(t.context, all), transferCredits(twice.context, all)]));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await both(t, owner.address)).toEqual([10, 10]);
});

test.each(['transfer.begin', 'transfer.publish', 'transfer.settled'] as const)(
  'A-033 killed at %s, the same call pays no second time',
  async (point) => {
    for (const when of ['before', 'after'] as const) {
      const t = await testContext({
        crash: (at, side) => {
          if (at === point && side === when) throw new Death();
        },
      });
      const wish = wishOf();
      const plan = await t.run(planAllow(atTerminal(t.context), wish, digestOf(wish)));
      await t.run(transferCredits(t.context, plan)).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Death));
      await t.devnet.clock.advance(5_000);
      const again = await testContext({ world: t, seed: 2 });
      const { goOn } = (await t.run(planAllow(again.context, wish, digestOf(wish)))).subject;
      const kept = point === 'transfer.publish' || (point === 'transfer.begin') === (when === 'after');
      expect(goOn !== null, `${point} ${when}`).toBe(kept);
      if (goOn !== null || point === 'transfer.begin') await allow(again, wish);
      expect(await both(t), `${point} ${when}`).toEqual([8, 2]);
      expect(t.ledger.operations({ kind: 'transfer', state: 'running' })).toEqual([]);
    }
  },
);

test('a transfer that no host shows in its histories is not called done', async () => {
  const t = await testContext({
    spoil: async (response, request) =>
      request.url.includes('credit_history?payment_method=credit_transfer') ? new Response('none', { status: 404 }) : response,
  });
  const wish = wishOf();
  const plan = await t.run(planAllow(atTerminal(t.context), wish, digestOf(wish)));
  expect(await t.run(failureOf(transferCredits(t.context, plan)))).toMatchObject({ code: 'TRANSFER_UNCONFIRMED' });
  expect(t.ledger.operations({ kind: 'transfer', state: 'running' })).toHaveLength(1);
  const honest = await testContext({ world: t });
  await allow(honest, wish);
  expect(await both(t)).toEqual([8, 2]);
});

test('an approval lets an agent send exactly what was approved', async () => {
  const t = await testContext();
  const wish = wishOf();
  const plan = await t.run(planAllow(t.context, wish, digestOf(wish)));
  const { id } = await requestApproval(t.context, plan, digestOf(wish));
  await grantApproval(atTerminal(t.context), id, 'terminal');
  const approved = (await grantedPlan(t.context, digestOf(wish), id)) as Plan<'credits allow'>;
  await t.run(transferCredits(t.context, approved));
  expect(await t.run(failureOf(transferCredits(t.context, approved)))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
  expect(await both(t)).toEqual([8, 2]);
});

test.each([
  ['credits allow', { address: agent, usd: '1' }],
  ['credits return', {}],
  ['credits topup', { show: true }],
  ['credits topup', { usd: '5', token: 'usdc' }],
])('W-023 %s moves the key’s own credits, so it is refused where another account is to pay', async (name, raw) => {
  const t = await testContext({ payer: agent });
  expect(await failureOf(called(t, name, raw))).toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(`${agent} is named as the payer`),
  });
});
