import { describe, expect, test } from 'vitest';
import { approvalMessage } from '../../src/domain/approval/approval-message.ts';
import { readTypedMessage, typedMessage } from '../../src/domain/approval/approval-types.ts';
import { sealMessage } from '../../src/domain/approval/policy-seal.ts';
import { grantedPlan, requestApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { provision } from '../../src/lifecycle/create/provision.ts';
import { destroy } from '../../src/lifecycle/end/destroy.ts';
import { planPolicy } from '../../src/lifecycle/governance/plan-policy.ts';
import { signApproval } from '../../src/lifecycle/governance/sign-approval.ts';
import { readPolicy } from '../../src/lifecycle/policy/policy-in-force.ts';
import type { LedgerTransaction } from '../../src/ports/ledger.ts';
import { addressOf, approvedBy, boss, signedBy, stranger, withApprover } from '../support/approval/approver.ts';
import { type CreatePlan, codeOf, createVm, failureOf, planCreate, requestOf, type Wish } from '../support/lifecycle-calls.ts';
import { strayVm } from '../support/strays/strays.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

/** 0.228 USD. */
const wish: Wish = { name: 'big', crn: 'http://crn-0.devnet.test', size: { computeUnits: 4 }, ttlSeconds: 4 * 3600 };
const { argumentsDigest } = requestOf(wish);

const asked = async (t: TestContext) => requestApproval(t.context, await t.run(planCreate(t.context, wish)), argumentsDigest);
const stored = async (t: TestContext) => (await grantedPlan(t.context, argumentsDigest, null)) as CreatePlan | null;

/** Somebody with the ledger's file in an editor: no rule of ours is asked. */
const edit = (t: TestContext, change: (transaction: LedgerTransaction) => void): void => t.ledger.write('lease.take', change);

const policyOf = (t: TestContext) => t.ledger.policy({ account: t.account })!;

/** A create, small enough to ask nobody, meets this. */
const refused = async (t: TestContext) => t.run(codeOf(createVm(t.context, { crn: 'http://crn-1.devnet.test' })));

describe('edited policy rows', () => {
  test.each([
    ['a limit', (row: ReturnType<typeof policyOf>) => ({ ...row, limits: { ...row.limits, maxDayCredits: 90_000_000n } })],
    ['the balance that was acknowledged', (row: ReturnType<typeof policyOf>) => ({ ...row, acknowledgedBalance: 0n })],
    ['when spending was authorised', (row: ReturnType<typeof policyOf>) => ({ ...row, authorisedAt: row.setAt })],
    ['the seal taken off', (row: ReturnType<typeof policyOf>) => ({ ...row, seal: null })],
    ['the approver taken out', (row: ReturnType<typeof policyOf>) => ({ ...row, approver: null, seal: null })],
    ['another approver', (row: ReturnType<typeof policyOf>) => ({ ...row, approver: addressOf(stranger) })],
    ['a later version without a seal', (row: ReturnType<typeof policyOf>) => ({ ...row, version: 2, seal: null })],
  ])('XA-02 %s: POLICY_UNSEALED, and nothing is sent', async (_, edited) => {
    const t = await testContext();
    await withApprover(t);
    t.requests.splice(0);
    edit(t, (transaction) => transaction.putPolicy(edited(policyOf(t))));
    expect(await refused(t)).toBe('POLICY_UNSEALED');
    expect(t.requests.filter((request) => request.startsWith('POST') && request.includes('/messages'))).toEqual([]);
  });

  test('XA-02 an edit between plan and hold is met by the hold', async () => {
    const t = await testContext();
    await withApprover(t);
    const plan = await t.run(planCreate(t.context, { crn: 'http://crn-1.devnet.test' }));
    expect(plan.verdict).toBe('allow');
    edit(t, (transaction) => transaction.putPolicy({ ...policyOf(t), seal: null }));
    expect(await t.run(codeOf(provision(t.context, plan, true)))).toBe('POLICY_UNSEALED');
    expect(t.bills()).toEqual([]);
  });

  test('an overlay that was edited loosens nothing', async () => {
    const t = await testContext();
    await withApprover(t);
    edit(t, (transaction) =>
      transaction.putPolicy({ ...policyOf(t), overlay: { maxVms: 99, balanceGuardPercent: 0, maxDayCredits: 99_000_000n } }),
    );
    expect((await readPolicy(t.context, t.account)).limits).toMatchObject({
      maxVms: 3,
      balanceGuardPercent: 20,
      maxDayCredits: 2_000_000n,
    });
  });

  test('the stranger’s own seal, over a policy of its own, is none', async () => {
    const t = await testContext();
    await withApprover(t);
    const row = { ...policyOf(t), version: 2, approver: addressOf(stranger), limits: { ...policyOf(t).limits, maxVms: 99 } };
    const seal = { ...row.seal!, signature: '' };
    const signature = await signedBy(stranger, sealMessage(row, seal));
    edit(t, (transaction) => transaction.putPolicy({ ...row, seal: { ...seal, signature } }));
    // the trail still names the one that was let in
    expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(boss) });
    expect(await refused(t)).toBe('POLICY_UNSEALED');
  });
});

describe('replayed seals', () => {
  test('a seal of another network, account or version does not fit', async () => {
    const t = await testContext();
    await withApprover(t);
    const row = policyOf(t);
    const signatures = t.context.signatures;
    const signer = (patch: Partial<typeof row>) => signatures.signerOf(sealMessage({ ...row, ...patch }, row.seal!), row.seal!.signature);
    expect(signer({})).toBe(addressOf(boss));
    for (const patch of [{ network: 'mainnet' }, { account: `0x${'1'.repeat(40)}` }, { version: 2 }, { version: 0 }]) {
      expect(signer(patch)).not.toBe(addressOf(boss));
    }
  });

  test('the lower version put back on top is refused: the trail knows the newer one', async () => {
    const t = await testContext();
    await withApprover(t);
    const loose = policyOf(t);
    const tight = await t.run(planPolicy(t.context, { action: 'policy set', limits: { creationsPerMinute: 4 } }, 'raise'));
    await approvedBy(t, boss, (await requestApproval(t.context, tight, 'raise')).id);
    expect(policyOf(t).version).toBe(2);
    // version 2 disguised as version 1, with its seal, then as version 2
    edit(t, (transaction) => transaction.putPolicy({ ...loose, version: 2 }));
    expect(await refused(t)).toBe('POLICY_UNSEALED');
  });

  test('a seal that was put in force once is not taken again', async () => {
    const t = await testContext();
    const used = await withApprover(t);
    expect(await failureOf(signApproval(t.context, used.id, used.signature!))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
    edit(t, (transaction) => transaction.updateApproval(used.id, { state: 'pending' }));
    expect(await failureOf(signApproval(t.context, used.id, used.signature!))).toMatchObject({ code: 'PLAN_MOVED' });
  });

  test('a seal by another than the present approver needs that one to give way', async () => {
    const t = await testContext();
    await withApprover(t);
    const plan = await t.run(planPolicy(t.context, { action: 'policy set', limits: { maxVms: 9 } }, 'raise'));
    const subject = { ...plan.subject, approver: addressOf(stranger) };
    const forged = await requestApproval(t.context, { ...plan, subject }, 'forged');
    expect(await failureOf(approvedBy(t, stranger, forged.id))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
    expect(await readPolicy(t.context, t.account)).toMatchObject({ version: 1, approver: addressOf(boss) });
  });
});

describe('edited and replayed approvals', () => {
  test('XA-02 a row set to granted by hand counts for nothing', async () => {
    const t = await testContext();
    await withApprover(t);
    const { id } = await asked(t);
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'granted', decidedBy: 'terminal' }));
    expect(await stored(t)).toBeNull();
    const forged = { ...(t.ledger.approval(id)!.plan as CreatePlan), approval: id };
    expect(await t.run(codeOf(provision(t.context, forged, true)))).toBe('APPROVAL_EXPIRED');
    edit(t, (transaction) => transaction.updateApproval(id, { signature: `0x${'1b'.repeat(65)}`, decidedBy: addressOf(boss) }));
    expect(await stored(t)).toBeNull();
    expect(t.bills()).toEqual([]);
  });

  test.each([
    ['a larger VM', (plan: CreatePlan) => ({ ...plan, subject: { ...plan.subject, name: 'huge' } })],
    ['a cheaper look', (plan: CreatePlan) => ({ ...plan, cost: { usdPerHour: '0', mostUsd: '0', neededUsd: '0' } })],
    ['other words', (plan: CreatePlan) => ({ ...plan, summary: 'Nothing much' })],
  ])('the signed plan, edited to %s, is not what was signed', async (_, edited) => {
    const t = await testContext();
    await withApprover(t);
    const { id } = await asked(t);
    await approvedBy(t, boss, id);
    expect(await stored(t)).not.toBeNull();
    edit(t, (transaction) => transaction.updateApproval(id, { plan: edited(t.ledger.approval(id)!.plan as CreatePlan) } as object));
    expect(await stored(t)).toBeNull();
  });

  test('XA-02 a used approval is used for ever, whatever its row says', async () => {
    const t = await testContext();
    await withApprover(t);
    const { id } = await asked(t);
    await approvedBy(t, boss, id);
    const plan = (await stored(t))!;
    const { vm } = await t.run(provision(t.context, plan, true));
    await t.run(destroy(t.context, vm.id, 'destroy'));
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'granted', usedBy: null }));
    expect(await stored(t)).toBeNull();
    expect(await t.run(codeOf(provision(t.context, plan, true)))).toBe('APPROVAL_EXPIRED');
    expect(t.bills()).toHaveLength(1);
  });

  test('XA-02 a row made another account’s, whose approver is nobody, counts for nothing', async () => {
    const t = await testContext();
    await withApprover(t);
    const { id } = await asked(t);
    const taken = {
      ...t.ledger.approval(id)!,
      plan: t.ledger.approval(id)!.plan as CreatePlan,
      id: 'ap_edited00',
      account: `0x${'0'.repeat(40)}`,
      state: 'granted' as const,
    };
    edit(t, (transaction) => transaction.insertApproval(taken));
    const plan = { ...taken.plan, approval: taken.id };
    expect(await t.run(codeOf(provision(t.context, plan, true)))).toBe('APPROVAL_EXPIRED');
    expect(t.bills()).toEqual([]);
  });

  test('one approval’s signature opens no other: neither for another call, nor another kind', async () => {
    const t = await testContext();
    await withApprover(t);
    const first = await asked(t);
    const signature = await signedBy(boss, approvalMessage(first));
    const other = await requestApproval(t.context, await t.run(planCreate(t.context, { ...wish, name: 'other' })), 'other');
    expect(await failureOf(signApproval(t.context, other.id, signature))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
    const seal = await requestApproval(
      t.context,
      await t.run(planPolicy(t.context, { action: 'policy set', limits: { maxVms: 9 } }, 'raise')),
      'raise',
    );
    expect(await failureOf(signApproval(t.context, seal.id, signature))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
  });

  test('XC-05 each step of an approval leaves a row in the chain', async () => {
    const t = await testContext();
    await withApprover(t);
    const { id } = await asked(t);
    await approvedBy(t, boss, id);
    await t.run(provision(t.context, (await stored(t))!, false));
    const steps = t.ledger.effects().filter(({ facts }) => 'approval' in facts && facts.approval === id);
    expect(steps.map(({ point, outcome }) => [point, outcome]).reverse()).toEqual([
      ['approval.request', 'pending'],
      ['approval.grant', addressOf(boss)],
      ['approval.use', 'used'],
    ]);
    expect(t.ledger.firstBrokenLink()).toBeNull();
  });
});

describe('a devnet of one’s own as signing oracle', () => {
  const values = { what: 'x', mostUsd: '1', action: 'vm create', account: `0x${'1'.repeat(40)}`, payer: `0x${'1'.repeat(40)}` };
  const rest = {
    policyVersion: '1',
    plan: `0x${'2'.repeat(64)}`,
    approval: 'ap_00000001',
    nonce: `0x${'3'.repeat(64)}`,
    issuedAt: '',
    expiresAt: '',
    agentSays: '',
  };
  const at = (network: string, networkId = '') => ({ network, networkId });
  const on = (network: string, networkId = '') => typedMessage(at(network, networkId), 'PlanApproval', { ...values, ...rest, network });

  test('what was signed for it is worth nothing on mainnet, and an Aleph message is never what is signed', async () => {
    const t = await testContext();
    await t.context.signatures.prepare();
    const signature = await signedBy(boss, on('devnet'));
    expect(t.context.signatures.signerOf(on('devnet'), signature)).toBe(addressOf(boss));
    expect(t.context.signatures.signerOf(on('mainnet'), signature)).not.toBe(addressOf(boss));
    // an EIP-191 signature over the same words
    expect(t.context.signatures.signerOf(on('devnet'), await boss.signMessage(JSON.stringify(on('devnet').message)))).not.toBe(
      addressOf(boss),
    );
  });

  test('the approver’s side signs only what is for its own network, of our types, field by field', () => {
    expect(readTypedMessage(on('devnet'), at('devnet'))).toEqual(on('devnet'));
    const wrong =
      (patch: object, network = 'devnet') =>
      () =>
        readTypedMessage({ ...on('devnet'), ...patch }, at(network));
    expect(wrong({}, 'mainnet')).toThrow('is for network devnet');
    expect(wrong({ message: { ...on('devnet').message, network: 'mainnet' } }, 'mainnet')).toThrow('is for network');
    expect(wrong({ primaryType: 'Permit' })).toThrow('none of the types');
    expect(wrong({ primaryType: 'constructor' })).toThrow('none of the types');
    expect(wrong({ message: { ...on('devnet').message, spender: '0x1' } })).toThrow('has no spender');
    expect(wrong({ message: { network: 'devnet' } })).toThrow('is missing');
    for (const [name, value] of [
      ['mostUsd', '0.10\u001b[2K\r5'],
      ['mostUsd', '5 USD'],
      ['what', 'vm create ci\u001b[1A'],
      ['account', 'somebody'],
      ['policyVersion', '-1'],
      ['approval', 'ap_1; rm'],
      ['nonce', '0x01'],
    ])
      expect(wrong({ message: { ...on('devnet').message, [name!]: value } }), `S-15 ${name} ${value}`).toThrow(
        `its ${name} is not like one`,
      );
    // types that came along are not looked at
    expect(readTypedMessage({ ...on('devnet'), types: { PlanApproval: [] } }, at('devnet'))).toEqual(on('devnet'));
  });
});

test('a ledger restored from a copy: an approval that may have been used in between counts for nothing', async () => {
  const t = await testContext();
  await withApprover(t);
  const { id } = await asked(t);
  await approvedBy(t, boss, id);
  const copy = (await stored(t))!;
  // the same key makes a VM that this ledger never hears of, and no head of another is public
  await t.run(strayVm(t, { marked: true, node: 2 }));
  const failure = await t.run(failureOf(provision(t.context, copy, true)));
  expect(failure).toMatchObject({ code: 'APPROVAL_EXPIRED', details: { fix: { command: 'aleph-agent ledger reconcile' } } });
  expect(t.bills()).toHaveLength(1);
});
