import { expect, test } from 'vitest';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { makePlan } from '../../../src/domain/plan/make-plan.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { abandonTopUp, planAbandonment } from '../../../src/lifecycle/topup/abandon-top-up.ts';
import { awaitCredits, missingCredits } from '../../../src/lifecycle/topup/missing-credits.ts';
import { planTopUp } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { approvedBy, atTerminal, boss, stranger, withApprover } from '../../support/approval/approver.ts';
import { inPreparedEnvironment } from '../../support/approval/prepared-environment.ts';
import { drainTo } from '../../support/devnet/devnet-moves.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { testContext } from '../../support/test-context.ts';
import { digestOf, topUpWorld, wishOf } from './topup-world.ts';

test('W-022 says how much is missing for a VM, and waits until it is there', async () => {
  const t = await testContext({ timeoutMs: 60_000 });
  drainTo(t.devnet, t.account, 100_000n);
  const wish = { sum: undefined, computeUnits: 1, ttlSeconds: 3600 };
  const missing = await t.run(missingCredits(t.context, wish));
  expect(missing).toEqual({ account: t.account, held: 100_000n, missing: 256_250n, purpose: '1 CU for 1h' });
  expect(await t.run(failureOf(awaitCredits(t.context, missing)))).toMatchObject({ code: 'STILL_WAITING' });
  const waiting = awaitCredits(t.context, missing);
  t.devnet.ccn.fund(t.account, 256_250n);
  expect(await t.run(waiting)).toBe(356_250n);
  expect(await t.run(missingCredits(t.context, wish))).toMatchObject({ missing: 0n });
});

test('W-022 credits that one CCN host alone shows have not arrived', async () => {
  const t = await testContext({
    timeoutMs: 60_000,
    spoil: async (response, { url }) => {
      if (!url.startsWith(t.devnet.origins.ccnA) || !url.includes('/balance')) return response;
      return Response.json({ ...((await response.json()) as object), credit_balance: 90_000_000, credit_balance_details: [] });
    },
  });
  const missing = await t.run(missingCredits(t.context, { sum: '1', computeUnits: 1, ttlSeconds: 3600 }));
  expect(missing.held).toBe(10_000_000n);
  expect(await t.run(failureOf(awaitCredits(t.context, missing)))).toMatchObject({ code: 'STILL_WAITING' });
});

test('an approver signs a type of its own, with amount, contract, chain and fee', async () => {
  const { t, sale } = await topUpWorld();
  const wish = wishOf();
  const plan = await t.run(planTopUp(t.context, wish, digestOf(wish)));
  const data = approvalMessage(await requestApproval(t.context, plan, digestOf(wish)));
  expect(data.primaryType).toBe('TopUp');
  expect(data.message).toMatchObject({
    mostUsd: '5.0000',
    amount: '5 USDC',
    to: sale.chain.contract,
    chainId: '31337',
    maxFeeEth: '0.005',
    creditsUsd: '5.0000',
  });
  expect(data.message['what']).toBe(
    `Pay 5 USDC and at most 0.005 ETH of fees (in no USD figure: no price of ETH is known) to the credit contract ${sale.chain.contract} on chain 31337, for about 5.0000 USD of credits`,
  );
});

test('XA-10 a key of a devnet signs no payment for Ethereum', async () => {
  const { t, sale } = await topUpWorld();
  const signer = await t.context.keys.payments('agent', 'devnet');
  const payment = { chainId: 1, from: t.account, to: sale.chain.contract, token: null, units: 1n };
  const transaction = { payment, nonce: 0, gasLimit: 21_000n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
  await expect(signer.signPayment(transaction)).rejects.toMatchObject({ code: 'WRONG_NETWORK' });
});

test("where an approver decides, its signature pays once, and nobody's typing does", async () => {
  const { t } = await topUpWorld();
  await withApprover(t);
  const wish = wishOf();
  const plan = await t.run(planTopUp(atTerminal(t.context), wish, digestOf(wish)));
  const { id } = await requestApproval(t.context, plan, digestOf(wish));
  expect(await t.run(failureOf(grantApproval(atTerminal(t.context), id, 'terminal')))).toMatchObject({ code: 'POLICY_REFUSED' });
  expect(await t.run(failureOf(approvedBy(t, stranger, id)))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
  await approvedBy(t, boss, id);
  const signed = (await grantedPlan(t.context, digestOf(wish), id)) as Plan<'credits topup'>;
  expect(await t.run(topUp(t.context, signed, []))).toMatchObject({ credits: 5_000_000n });
  expect(await t.run(failureOf(topUp(t.context, signed, [])))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
});

test('S-27 where the machine has a policy of its own, a prepared environment gives no top-up up on the public network', async () => {
  const t = await testContext({ rootPolicy: { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: null } });
  const context = inPreparedEnvironment(t.context);
  const refused = { code: 'ENVIRONMENT_UNTRUSTED' };
  expect(await t.run(failureOf(planAbandonment(context, { operation: 'op_1', rpcs: [] }, 'prepared')))).toMatchObject(refused);
  const plan = makePlan(t.devnet.clock.now(), {
    action: 'credits topup --abandon',
    terms: {},
    subject: { account: t.account, operation: 'op_1', transaction: '0x', amount: '5 USDC', how: 'failed', by: null, nodes: [] },
    summary: 'Give it up.',
  });
  expect(await t.run(failureOf(abandonTopUp(context, { ...plan, approval: 'ap_1' }, [])))).toMatchObject(refused);
  expect(t.requests).toEqual([]);
});

test('S-27 where the machine has a policy of its own, a prepared environment pays nothing on the public network', async () => {
  const t = await testContext({ rootPolicy: { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: null } });
  const context = inPreparedEnvironment(t.context);
  expect(await t.run(failureOf(planTopUp(context, wishOf(), 'prepared')))).toMatchObject({ code: 'ENVIRONMENT_UNTRUSTED' });
  expect(t.requests).toEqual([]);
});
