import { describe, expect, test } from 'vitest';
import { approvalMessage } from '../../src/domain/approval/approval-message.ts';
import { factsOf } from '../../src/domain/ledger/effect-facts.ts';
import { storedLimits } from '../../src/domain/limits/stored-limits.ts';
import { grantedPlan, requestApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { denyApproval } from '../../src/lifecycle/approvals/deny-approval.ts';
import { diagnose } from '../../src/lifecycle/doctor/diagnose.ts';
import { planApprover } from '../../src/lifecycle/governance/plan-approver.ts';
import { planPolicy } from '../../src/lifecycle/governance/plan-policy.ts';
import { setApprover } from '../../src/lifecycle/governance/set-approver.ts';
import { setPolicy } from '../../src/lifecycle/governance/set-policy.ts';
import { readPolicy } from '../../src/lifecycle/policy/policy-in-force.ts';
import { verifyLedger } from '../../src/lifecycle/trail/verify-ledger.ts';
import type { LedgerTransaction, NewEffect } from '../../src/ports/ledger.ts';
import { addressOf, approvedBy, atTerminal, boss, stranger, withApprover } from '../support/approval/approver.ts';
import { keptHome } from '../support/kept-home.ts';
import { createVm, failureOf } from '../support/lifecycle-calls.ts';
import { putLimits } from '../support/put-limits.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

/** Somebody with the ledger's file in an editor: no rule of ours is asked. */
const edit = (t: TestContext, change: (transaction: LedgerTransaction) => void): void => t.ledger.write('lease.take', change);

const policyOf = (t: TestContext) => t.ledger.policy({ account: t.account })!;

/** Appends a change of policy to the trail, chained by the public rule, and the policy's row with it. */
const append = (t: TestContext, said: { version: number; approver: string | null }, facts: object = {}): number => {
  const row = { ...policyOf(t), ...said, seal: null };
  edit(t, (transaction) => {
    transaction.putPolicy(row);
    transaction.recordEffect({
      at: t.context.clock.now(),
      point: 'policy.set',
      network: 'devnet',
      account: t.account,
      task: null,
      operation: null,
      vm: null,
      outcome: 'person',
      credits: null,
      latencyMs: null,
      facts: { ...said, limits: storedLimits(row.limits), tasks: {}, overlay: {}, overlayTasks: {}, ...facts },
    } as unknown as NewEffect<'policy.set'>);
  });
  return t.ledger.effects({ limit: 1 })[0]!.seq;
};

/** What this version writes beside that. */
const asNow = (facts: object): object => ({ authorisedAt: 0, change: null, byRoot: false, rootPolicy: false, balance: null, ...facts });

/** A create, small enough to ask nobody, meets this. */
const refused = (t: TestContext) => t.run(failureOf(createVm(t.context, { crn: 'http://crn-1.devnet.test' })));

const sealedAnew = async (t: TestContext): Promise<void> => {
  const plan = await t.run(planPolicy(t.context, { action: 'policy set', reauthorise: true }, 'anew'));
  await approvedBy(t, boss, (await requestApproval(t.context, plan, 'anew')).id);
};

const changed = async (t: TestContext, wallet: typeof boss, to: string | null) => {
  const action = to === null ? 'policy approver remove' : 'policy approver set';
  const plan = await t.run(planApprover(atTerminal(t.context), action, to, action));
  const { id } = await requestApproval(t.context, plan, action);
  await approvedBy(t, wallet, id);
  const granted = (await grantedPlan(t.context, action, id)) as Parameters<typeof setApprover>[1];
  return { id, seal: await t.run(setApprover(t.context, granted)) };
};

describe('S-20 the approver is what the whole trail proves', () => {
  test('S-20 two appended rows end no approver: LEDGER_BROKEN, and verify names the row, also where all is put back', async () => {
    const t = await testContext();
    await withApprover(t);
    const before = policyOf(t);
    const row = append(t, { version: 2, approver: null });
    expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(boss) });
    expect(await refused(t)).toMatchObject({
      code: 'LEDGER_BROKEN',
      message: expect.stringContaining(`Row ${row} of the audit trail takes the approver ${addressOf(boss)} away`),
      details: { fix: { command: 'aleph-agent policy set --reauthorise' } },
    });
    expect(t.bills()).toEqual([]);
    // what it put there is put back
    append(t, { version: 1, approver: addressOf(boss) }, asNow({ authorisedAt: before.authorisedAt }));
    edit(t, (transaction) => transaction.putPolicy({ ...before, version: 2 }));
    edit(t, (transaction) => transaction.putPolicy(before));
    expect((await t.run(verifyLedger(t.context, null))).policy).toContainEqual(
      expect.stringContaining(`Row ${row} of the audit trail takes the approver`),
    );
    expect(await t.run(diagnose(t.context))).toContainEqual(expect.objectContaining({ check: 'policy', level: 'fail' }));
    expect(await refused(t)).toMatchObject({ code: 'LEDGER_BROKEN' });
  });

  test('S-20 the approver settles it by its next signature, and by no other', async () => {
    const t = await testContext();
    await withApprover(t);
    append(t, { version: 2, approver: addressOf(stranger) });
    expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(boss), next: 3 });
    await sealedAnew(t);
    expect((await t.run(verifyLedger(t.context, null))).policy).toEqual([]);
    expect(await t.run(createVm(t.context, { crn: 'http://crn-1.devnet.test' }))).toMatchObject({ state: 'healthy' });
  });

  test('S-20 the row that changes the approver holds its signed word, which is good once', async () => {
    const t = await testContext();
    await withApprover(t);
    const { seal } = await changed(t, boss, addressOf(stranger));
    await approvedBy(t, stranger, seal!);
    const [there] = t.ledger.effects({ point: 'policy.set', limit: 1 });
    const facts = factsOf('policy.set', there!);
    if (!('change' in facts) || facts.change === null) throw new Error('the row holds no signed word');
    expect(facts.change.message).toMatchObject({ from: addressOf(boss), to: addressOf(stranger) });
    // the approval's row is needed no more
    edit(t, (transaction) => {
      for (const { id } of t.ledger.approvals()) transaction.updateApproval(id, { signature: null });
    });
    expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(stranger), unsealed: null, broken: null });

    const back = await changed(t, stranger, addressOf(boss));
    await approvedBy(t, boss, back.seal!);
    expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(boss), broken: null });
    append(t, { version: 4, approver: addressOf(stranger) }, asNow({ change: facts.change }));
    expect(await readPolicy(t.context, t.account)).toMatchObject({
      approver: addressOf(boss),
      broken: expect.stringContaining('not signed'),
    });
  });

  test('S-20 a signed word that was taken back before it was used counts for nothing', async () => {
    const t = await testContext();
    await withApprover(t);
    const plan = await t.run(planApprover(atTerminal(t.context), 'policy approver remove', null, 'remove'));
    const { id } = await requestApproval(t.context, plan, 'remove');
    const { signature } = await approvedBy(t, boss, id);
    await denyApproval(t.context, id);
    const { message } = approvalMessage(t.ledger.approval(id)!);
    append(t, { version: 2, approver: null }, asNow({ change: { message, signature, networkId: t.devnet.id } }));
    expect(await readPolicy(t.context, t.account)).toMatchObject({
      approver: addressOf(boss),
      broken: expect.stringContaining('not signed'),
    });
  });

  test('S-20 versions only rise: an older, looser policy put on top is no policy', async () => {
    const t = await testContext();
    await withApprover(t);
    const loose = policyOf(t);
    await sealedAnew(t);
    append(t, { version: 1, approver: addressOf(boss) });
    edit(t, (transaction) => transaction.putPolicy({ ...loose, version: 1 }));
    expect(await refused(t)).toMatchObject({
      code: 'LEDGER_BROKEN',
      message: expect.stringContaining('sets version 1 of the policy after version 2'),
    });
  });

  test('S-20 without an approver, too, limits are those of the trail: what is written over them is not spent under, nor carried over', async () => {
    const t = await testContext();
    putLimits(t.ledger, t.account, { maxVms: 2 });
    edit(t, (transaction) => transaction.putPolicy({ ...policyOf(t), limits: { ...policyOf(t).limits, maxVms: 99 } }));
    expect(await refused(t)).toMatchObject({
      code: 'LEDGER_BROKEN',
      message: expect.stringContaining('has limits that its audit trail did not set'),
    });
    expect((await t.run(verifyLedger(t.context, null))).policy).toHaveLength(1);
    await t.run(
      setPolicy(t.context, await t.run(planPolicy(t.context, { action: 'policy set', limits: { maxComputeUnits: 2 } }, 'lower'))),
    );
    expect(await readPolicy(t.context, t.account)).toMatchObject({ limits: { maxVms: 2, maxComputeUnits: 2 }, broken: null });
  });
});

describe('S-20 a home that 0.1.0 left', () => {
  test('S-20 its approver was set, changed and removed: approvals with good signatures explain that', async () => {
    const { open } = keptHome('0.1.0');
    const t = await open();
    expect((await t.run(verifyLedger(t.context, null))).policy).toEqual([]);
    expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: addressOf(boss), unsealed: null, broken: null });
  });

  test('S-20 a change that no signature explains is shown, and nothing is spent until the approver of before has signed', async () => {
    const { open, said } = keptHome('0.1.0');
    const t = await open();
    edit(t, (transaction) => transaction.updateApproval(said.approvals['approverChanged']!.id, { signature: null }));
    const first = '0xf7dc0a314639c565ec56b84baa22f6d0a00e3121';
    const says = `Row 66 of the audit trail names ${addressOf(boss)} as approver in place of ${first}, which ${first} has not signed.`;
    expect((await t.run(verifyLedger(t.context, null))).policy).toContainEqual(says);
    expect(await readPolicy(t.context, t.account)).toMatchObject({ approver: first, broken: expect.any(String) });
    expect(await t.run(failureOf(createVm(t.context)))).toMatchObject({ code: 'LEDGER_BROKEN' });
  });
});
