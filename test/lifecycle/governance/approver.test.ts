import { expect, test } from 'vitest';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import type { Limits } from '../../../src/domain/limits/limits.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { planApprover } from '../../../src/lifecycle/governance/plan-approver.ts';
import { planPolicy } from '../../../src/lifecycle/governance/plan-policy.ts';
import { setApprover } from '../../../src/lifecycle/governance/set-approver.ts';
import { setPolicy } from '../../../src/lifecycle/governance/set-policy.ts';
import { signApproval } from '../../../src/lifecycle/governance/sign-approval.ts';
import { readPolicy } from '../../../src/lifecycle/policy/policy-in-force.ts';
import { addressOf, approvedBy, atTerminal, boss, signedBy, stranger, withApprover } from '../../support/approval/approver.ts';
import { type CreatePlan, codeOf, createVm, failureOf, planCreate, requestOf, type Wish } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const wish: Wish = { name: 'big', crn: 'http://crn-0.devnet.test', size: { computeUnits: 4 }, ttlSeconds: 4 * 3600 };
const { argumentsDigest } = requestOf(wish);

const asked = async (t: TestContext) => {
  const plan = await t.run(planCreate(t.context, wish));
  return { plan, approval: await requestApproval(t.context, plan, argumentsDigest) };
};

const stored = async (t: TestContext) => (await grantedPlan(t.context, argumentsDigest, null)) as CreatePlan | null;

const limitsTo = async (t: TestContext, limits: Partial<Limits>) => t.run(planPolicy(t.context, { action: 'policy set', limits }, 'raise'));

test('an approver is in force from its first seal on; before, everything is as it was', async () => {
  const t = await testContext();
  const plan = await t.run(planApprover(atTerminal(t.context), 'policy approver set', addressOf(boss), 'set'));
  expect(plan).toMatchObject({ verdict: 'allow', consentPhrase: addressOf(boss).slice(-6) });
  const seal = await t.run(setApprover(atTerminal(t.context), plan));
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: null, unsealed: null, version: 0 });
  expect(
    await failureOf(signApproval(t.context, seal!, await signedBy(stranger, approvalMessage(t.ledger.approval(seal!)!)))),
  ).toMatchObject({
    code: 'SIGNATURE_UNFIT',
  });
  expect(await failureOf(grantApproval(atTerminal(t.context), seal!, 'terminal'))).toMatchObject({ code: 'POLICY_REFUSED' });
  await approvedBy(t, boss, seal!);
  const policy = await readPolicy(t.context, t.account);
  expect(policy).toMatchObject({
    approver: addressOf(boss),
    unsealed: null,
    version: 1,
    setBy: 'approver',
    acknowledgedBalance: 10_000_000n,
  });
  expect((await t.run(createVm(t.context))).state).toBe('healthy');
});

test('the first approver is a person’s act, and is neither the payer, nor a key of this home, nor rich', async () => {
  const t = await testContext();
  const wanted = (context: typeof t.context, to: string) => t.run(failureOf(planApprover(context, 'policy approver set', to, 'set')));
  expect(await wanted(t.context, addressOf(boss))).toMatchObject({ code: 'POLICY_REFUSED' });
  expect(await wanted(atTerminal(t.context), t.account.toLowerCase())).toMatchObject({ code: 'APPROVER_UNFIT' });
  const other = await t.context.keys.create({ name: 'other', network: 'devnet', passphrase: null });
  expect(await wanted(atTerminal(t.context), other.address.toLowerCase())).toMatchObject({ code: 'APPROVER_UNFIT' });
  const rich = t.devnet.accounts[1]!.address.toLowerCase();
  expect(await wanted(atTerminal(t.context), rich)).toMatchObject({ code: 'APPROVER_UNFIT', message: expect.stringContaining('USD') });
});

test('XA-02 with an approver only its signature counts: typing at a terminal does not, a wallet anywhere does', async () => {
  const t = await testContext();
  await withApprover(t);
  const { approval, plan } = await asked(t);
  expect(await failureOf(grantApproval(atTerminal(t.context), approval.id, 'terminal'))).toMatchObject({ code: 'POLICY_REFUSED' });
  const data = approvalMessage(approval);
  expect(data.message).toMatchObject({ mostUsd: '0.2280', action: 'vm create', account: t.account.toLowerCase(), policyVersion: '1' });
  expect(Object.keys(data.message)[0]).toBe('what');
  expect(Object.keys(data.message).at(-1)).toBe('agentSays');
  expect(await failureOf(signApproval(t.context, approval.id, await signedBy(stranger, data)))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
  expect(await failureOf(signApproval(t.context, approval.id, '0x12'))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
  expect(await stored(t)).toBeNull();
  await approvedBy(t, boss, approval.id);
  expect(await stored(t)).toMatchObject({ id: plan.id });
  const { vm } = await t.run(provision(t.context, (await stored(t))!, true));
  expect(vm).toMatchObject({ state: 'healthy' });
  expect(t.ledger.approval(approval.id)).toMatchObject({ state: 'used', decidedBy: addressOf(boss), usedBy: vm.operation });
});

test('lowering is free and lies on top of the seal; raising is the approver’s, and its signature is the new seal', async () => {
  const t = await testContext();
  await withApprover(t);
  const lower = await limitsTo(t, { maxVms: 1 });
  expect(lower.verdict).toBe('allow');
  await t.run(setPolicy(t.context, lower));
  expect(await readPolicy(t.context, t.account)).toMatchObject({
    version: 1,
    unsealed: null,
    limits: { maxVms: 1 },
    overlay: { maxVms: 1 },
  });

  const back = await limitsTo(t, { maxVms: 2 });
  expect(back.verdict).toBe('approve');
  expect(await failureOf(setPolicy(t.context, { ...back, verdict: 'allow' }))).toMatchObject({ code: 'PLAN_MOVED' });
  const waiting = await requestApproval(t.context, back, 'raise');
  expect(approvalMessage(waiting)).toMatchObject({
    primaryType: 'PolicySeal',
    message: { version: '2', limits: expect.stringContaining('2 VMs') },
  });
  expect(await approvedBy(t, boss, waiting.id)).toMatchObject({ state: 'used', usedBy: 'policy 2' });
  expect(await readPolicy(t.context, t.account)).toMatchObject({ version: 2, unsealed: null, limits: { maxVms: 2 }, overlay: {} });
  // the same call again has nothing left to ask for
  expect((await limitsTo(t, { maxVms: 2 })).verdict).toBe('allow');
});

test('the approver lets another one in, or goes, by its own signature alone', async () => {
  const t = await testContext();
  await withApprover(t);
  const change = async (action: 'policy approver set' | 'policy approver remove', to: string | null) => {
    const plan = await t.run(planApprover(atTerminal(t.context), action, to, action));
    expect(plan.verdict).toBe('approve');
    return requestApproval(t.context, plan, action);
  };
  const next = await change('policy approver set', addressOf(stranger));
  expect(approvalMessage(next).primaryType).toBe('ApproverChange');
  await approvedBy(t, boss, next.id);
  const granted = (await grantedPlan(t.context, 'policy approver set', null)) as Parameters<typeof setApprover>[1];
  const seal = await t.run(setApprover(t.context, granted));
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(boss) });
  await approvedBy(t, stranger, seal!);
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(stranger), unsealed: null, version: 2 });

  const gone = await change('policy approver remove', null);
  expect(await failureOf(approvedBy(t, boss, gone.id))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
  await approvedBy(t, stranger, gone.id);
  const removal = (await grantedPlan(t.context, 'policy approver remove', null)) as Parameters<typeof setApprover>[1];
  await t.run(setApprover(t.context, removal));
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: null, unsealed: null, version: 3 });
});

test('removing the approver leaves what it sealed, and takes nothing over that was written into the ledger', async () => {
  const t = await testContext();
  await withApprover(t);
  const remove = async () => {
    const plan = await t.run(planApprover(t.context, 'policy approver remove', null, 'remove'));
    const { id } = await requestApproval(t.context, plan, 'remove');
    await approvedBy(t, boss, id);
    return t.run(setApprover(t.context, { ...plan, approval: id }));
  };
  const row = t.ledger.policy({ account: t.account })!;
  const write = (maxVms: number) =>
    t.ledger.write('lease.take', (transaction) => transaction.putPolicy({ ...row, limits: { ...row.limits, maxVms } }));
  write(99);
  expect(await codeOf(remove())).toBe('POLICY_UNSEALED');
  write(row.limits.maxVms);
  await remove();
  expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: null, limits: { maxVms: row.limits.maxVms } });
});

test('a mistyped address, and one that nobody has the key of, are none; a key of this home is warned of', async () => {
  const t = await testContext();
  const plan = (address: string, context = atTerminal(t.context)) => t.run(planApprover(context, 'policy approver set', address, 'set'));
  expect((await plan(boss.address)).subject.to).toBe(addressOf(boss));
  const digits = boss.address.slice(2).split('');
  const letter = digits.findIndex((digit) => /[a-f]/i.test(digit));
  digits[letter] = digits[letter] === digits[letter]!.toUpperCase() ? digits[letter]!.toLowerCase() : digits[letter]!.toUpperCase();
  expect(await failureOf(plan(`0x${digits.join('')}`))).toMatchObject({ code: 'USAGE', message: expect.stringContaining('mistyped') });
  expect(await failureOf(plan(`0x${'0'.repeat(40)}`))).toMatchObject({ code: 'APPROVER_UNFIT' });
  expect(t.warnings).toEqual([]);
  const entry = { ...t.context.keys.list()[0]!, name: 'boss', address: boss.address, role: 'approver' as const };
  const keys = { ...t.context.keys, list: () => [...t.context.keys.list(), entry] };
  await plan(boss.address, { ...atTerminal(t.context), keys });
  expect(t.warnings.map(({ code }) => code)).toEqual(['APPROVER_HERE']);
});

test('of two seals for the same version the one that comes late is void, and waits for nobody', async () => {
  const t = await testContext();
  await withApprover(t);
  const [first, late] = [await limitsTo(t, { maxVms: 5 }), await limitsTo(t, { maxVms: 6 })];
  const ids = [await requestApproval(t.context, first, 'first'), await requestApproval(t.context, late, 'late')].map(({ id }) => id);
  await approvedBy(t, boss, ids[0]!);
  expect(await failureOf(approvedBy(t, boss, ids[1]!))).toMatchObject({ code: 'PLAN_MOVED', details: { fix: { actor: 'human' } } });
  expect(t.ledger.approval(ids[1]!)?.state).toBe('void');
});
