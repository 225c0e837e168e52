import { describe, expect, test } from 'vitest';
import { approvalMessage } from '../../src/domain/approval/approval-message.ts';
import { grantedPlan, requestApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { diagnose } from '../../src/lifecycle/doctor/diagnose.ts';
import { signApproval } from '../../src/lifecycle/governance/sign-approval.ts';
import { readPolicy } from '../../src/lifecycle/policy/policy-in-force.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import { addressOf, approvedBy, boss, signedBy, withApprover } from '../support/approval/approver.ts';
import { createVm, failureOf, planCreate, requestOf, type Wish } from '../support/lifecycle-calls.ts';
import { testContext } from '../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const wish: Wish = { name: 'big', crn: 'http://crn-0.devnet.test', size: { computeUnits: 4 }, ttlSeconds: 4 * 3600 };
const { argumentsDigest } = requestOf(wish);

/** The same home, after somebody wrote another network's name into the key's file. */
const under = (context: ChangeContext, network: string): ChangeContext => {
  const renamed = { ...context.keys.list()[0]!, network };
  const keys = { ...context.keys, list: () => [renamed], current: () => renamed, entry: () => renamed };
  return { ...context, network, networkId: '', keys };
};

describe('S-26 one account, one policy', () => {
  test('S-26 under another network’s name the account has the policy, the approver and the head that it has', async () => {
    const t = await testContext();
    await withApprover(t);
    const lab = under(t.context, 'lab');
    expect(await readPolicy({ ...lab, networkId: null }, t.account)).toMatchObject({
      approver: addressOf(boss),
      version: 1,
      unsealed: null,
    });
    expect(await readPolicy(lab, t.account)).toMatchObject({ approver: addressOf(boss), elsewhere: 'devnet' });
    expect(t.ledger.head({ account: t.account })).not.toBeNull();
  });

  test('S-26 and spends nothing there: WRONG_NETWORK, which doctor says, too', async () => {
    const t = await testContext();
    await t.run(createVm(t.context, { crn: 'http://crn-1.devnet.test' }));
    const lab = under(t.context, 'lab');
    const plan = await t.run(planCreate(lab, { crn: 'http://crn-2.devnet.test' }));
    expect(plan).toMatchObject({ verdict: 'deny' });
    expect(plan.failing).toContainEqual(expect.objectContaining({ code: 'WRONG_NETWORK', limit: 'devnet' }));
    expect(await t.run(failureOf(createVm(lab, { crn: 'http://crn-2.devnet.test' })))).toMatchObject({ code: 'WRONG_NETWORK' });
    expect(await t.run(diagnose(lab))).toContainEqual(expect.objectContaining({ check: 'key', level: 'fail' }));
    expect(t.bills()).toHaveLength(1);
  });
});

describe('S-26 one devnet, one identity', () => {
  test('S-26 what the approver signs names the devnet: on another it approves nothing, and seals nothing', async () => {
    const t = await testContext();
    await withApprover(t);
    const other: ChangeContext = { ...t.context, networkId: 'cd'.repeat(16) };
    const { id } = await requestApproval(other, await t.run(planCreate(t.context, wish)), argumentsDigest);
    const signature = await signedBy(boss, approvalMessage(t.ledger.approval(id)!));
    expect(await failureOf(signApproval(t.context, id, signature))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
    await signApproval(other, id, signature);
    expect(await grantedPlan(other, argumentsDigest, id)).not.toBeNull();
    expect(await grantedPlan(t.context, argumentsDigest, id)).toBeNull();
    // somebody rewrites where it was asked
    t.ledger.write('lease.take', (transaction) => transaction.updateApproval(id, { networkId: t.devnet.id }));
    expect(await grantedPlan(t.context, argumentsDigest, id)).toBeNull();
    expect(await readPolicy(other, t.account)).toMatchObject({ unsealed: expect.stringContaining('carries no seal') });
  });

  test('S-26 what was asked on one devnet is asked anew on another, and there signed', async () => {
    const t = await testContext();
    await withApprover(t);
    const plan = await t.run(planCreate(t.context, wish));
    const elsewhere = await requestApproval({ ...t.context, networkId: 'cd'.repeat(16) }, plan, argumentsDigest);
    const here = await requestApproval(t.context, plan, argumentsDigest);
    expect(here.id).not.toBe(elsewhere.id);
    expect(await approvedBy(t, boss, here.id)).toMatchObject({ state: 'granted' });
  });
});
