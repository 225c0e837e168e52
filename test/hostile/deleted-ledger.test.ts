import { expect, onTestFinished, test } from 'vitest';
import { openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { approvalMessage } from '../../src/domain/approval/approval-message.ts';
import { factsOf } from '../../src/domain/ledger/effect-facts.ts';
import { grantedPlan, requestApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { diagnose } from '../../src/lifecycle/doctor/diagnose.ts';
import { planTakeOver, takeOver } from '../../src/lifecycle/gc/take-over.ts';
import { freeze } from '../../src/lifecycle/governance/freeze.ts';
import { planApprover } from '../../src/lifecycle/governance/plan-approver.ts';
import { planPolicy } from '../../src/lifecycle/governance/plan-policy.ts';
import { setApprover } from '../../src/lifecycle/governance/set-approver.ts';
import { setPolicy } from '../../src/lifecycle/governance/set-policy.ts';
import { planThaw } from '../../src/lifecycle/governance/thaw.ts';
import { readPolicy } from '../../src/lifecycle/policy/policy-in-force.ts';
import { settleHead } from '../../src/lifecycle/trail/settle-head.ts';
import { planAllow } from '../../src/lifecycle/transfer/plan-transfer.ts';
import { transferCredits } from '../../src/lifecycle/transfer/transfer-credits.ts';
import { addressOf, approvedBy, atTerminal, boss, signedBy, stranger, withApprover } from '../support/approval/approver.ts';
import { codeOf, createVm, failureOf, planCreate } from '../support/lifecycle-calls.ts';
import { delegate } from '../support/strays/delegate.ts';
import { openWorld, type TestContext, testContext } from '../support/test-context.ts';

const crn = 'http://crn-1.devnet.test';

/** A home with an approver that the account has published, and the same home after its ledger was deleted. */
const homes = async () => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const here = await testContext({ world, seed: 1 });
  await withApprover(here);
  await world.run(world.devnet.clock.wait(60_000));
  const ledger = openMemoryLedger({ now: world.devnet.clock.now });
  onTestFinished(() => ledger.close());
  return { here, anew: await testContext({ world, seed: 2, ledger }) };
};

type TakeOverPlan = Awaited<ReturnType<typeof planTakeOver>>;

const askedFor = async (t: TestContext): Promise<{ plan: TakeOverPlan; id: string }> => {
  const plan = await t.run(planTakeOver(t.context, t.account, 'x'));
  expect(plan).toMatchObject({ verdict: 'approve', subject: { approver: addressOf(boss) } });
  return { plan, id: (await requestApproval(t.context, plan, 'x')).id };
};

const sealedAnew = async (t: TestContext): Promise<void> => {
  const plan = await t.run(planPolicy(t.context, { action: 'policy set', reauthorise: true }, 'anew'));
  await approvedBy(t, boss, (await requestApproval(t.context, plan, 'anew')).id);
};

test('S-21 a take-over by a ledger that is new needs the approver’s signature, also where its row says granted', async () => {
  const { anew } = await homes();
  const { plan, id } = await askedFor(anew);
  anew.ledger.write('approval.grant', (transaction) => transaction.updateApproval(id, { state: 'granted', decidedBy: 'terminal' }));
  expect(await anew.run(codeOf(takeOver(anew.context, { ...plan, approval: id })))).toBe('APPROVAL_EXPIRED');
  const forged = await signedBy(stranger, approvalMessage(anew.ledger.approval(id)!));
  anew.ledger.write('approval.grant', (transaction) => transaction.updateApproval(id, { signature: forged }));
  expect(await anew.run(codeOf(takeOver(anew.context, { ...plan, approval: id })))).toBe('APPROVAL_EXPIRED');
  expect(anew.ledger.head({ account: anew.account })).toBeNull();
  expect(await anew.run(failureOf(createVm(anew.context, { crn })))).toMatchObject({ code: 'LEDGER_OTHER' });
  expect(await anew.run(diagnose(anew.context))).toContainEqual(
    expect.objectContaining({ check: 'lineage', level: 'fail', says: expect.stringContaining(addressOf(boss)) }),
  );
  expect(anew.bills()).toEqual([]);
});

test('S-21 signed by that approver it is taken over; then that approver decides here, too', async () => {
  const { here, anew } = await homes();
  const { id } = await askedFor(anew);
  expect(await failureOf(approvedBy(anew, stranger, id))).toMatchObject({ code: 'SIGNATURE_UNFIT' });
  await approvedBy(anew, boss, id);
  const granted = (await grantedPlan(anew.context, 'x', id)) as TakeOverPlan;
  expect(await anew.run(takeOver(anew.context, granted))).toMatchObject({ changed: true });
  expect(await readPolicy(anew.context, anew.account)).toMatchObject({ approver: addressOf(boss), version: 1 });
  expect(await anew.run(codeOf(createVm(anew.context, { crn })))).toBe('POLICY_UNSEALED');
  await sealedAnew(anew);
  expect(await anew.run(createVm(anew.context, { crn }))).toMatchObject({ state: 'healthy' });
  expect(await here.run(codeOf(createVm(here.context, { crn })))).toBe('LEDGER_OTHER');
});

test('S-21 nothing is loosened in a ledger that does not know the published approver, and anything may be lowered', async () => {
  const { anew } = await homes();
  const person = atTerminal(anew.context);
  const set = (limits: object) => planPolicy(person, { action: 'policy set', limits }, 'limits');
  expect(await anew.run(failureOf(set({ maxVms: 9 })))).toMatchObject({
    code: 'POLICY_REFUSED',
    details: { fix: { command: 'aleph-agent ledger take-over' } },
  });
  expect(await anew.run(codeOf(planApprover(person, 'policy approver set', addressOf(stranger), 'set')))).toBe('POLICY_REFUSED');
  await anew.run(freeze(anew.context));
  expect(await anew.run(codeOf(planThaw(person, 'thaw')))).toBe('POLICY_REFUSED');
  await anew.run(setPolicy(anew.context, await anew.run(set({ maxVms: 1 }))));
  expect((await readPolicy(anew.context, anew.account)).limits.maxVms).toBe(1);
});

test('S-21 rows by hand that say it was taken over publish no head, and spend nothing', async () => {
  const { here, anew } = await homes();
  const [copy] = await anew.run((await anew.context.cloud()).accounts.journal(anew.account));
  const head = copy?.head;
  if (typeof head !== 'object' || head === null) throw new Error('no head is public');
  anew.ledger.write('ledger.takeOver', (transaction) => {
    transaction.recordEffect({
      at: anew.context.clock.now(),
      point: 'ledger.takeOver',
      network: 'devnet',
      account: anew.account,
      agent: null,
      task: null,
      operation: null,
      vm: null,
      outcome: 'taken over',
      credits: null,
      latencyMs: null,
      facts: { replaces: `${head.id}:${head.rows}:${head.head}:${head.at}`, approvalsVoided: 0 },
    });
    const { seq: rows, hash } = transaction.effects({ limit: 1 })[0]!;
    const replaces = `${head.id}:${head.rows}:${head.head}:${head.at}`;
    transaction.putHead({
      account: anew.account,
      network: 'devnet',
      id: 'f'.repeat(32),
      rows,
      head: hash,
      at: head.at + 1,
      published: false,
      replaces,
      confirmedAt: head.at,
      confirmedRows: 0,
      checkedAt: null,
      withdrawnAt: null,
    });
  });
  expect(await anew.run(settleHead(anew.context, anew.account))).toBe(false);
  expect(await anew.run(planTakeOver(anew.context, anew.account, 'x'))).toMatchObject({ verdict: 'approve' });
  expect((await anew.run(planCreate(anew.context, { crn }))).failing.map(({ code }) => code)).toContain('LEDGER_OTHER');
  expect(await here.run(createVm(here.context, { crn }))).toMatchObject({ state: 'healthy' });
});

test('S-21 a ledger with another approver cannot take over, and an old word by which one gave way is worth nothing later', async () => {
  const { here, anew } = await homes();
  const remove = async () => {
    const plan = await here.run(planApprover(atTerminal(here.context), 'policy approver remove', null, 'remove'));
    const { id } = await requestApproval(here.context, plan, 'remove');
    await approvedBy(here, boss, id);
    await here.run(setApprover(here.context, { ...plan, approval: id }));
    return factsOf('policy.set', here.ledger.effects({ point: 'policy.set', limit: 1 })[0]!);
  };
  const removal = await remove();
  await here.run(here.devnet.clock.wait(25 * 3600_000));
  await withApprover(here);
  await here.run(here.devnet.clock.wait(60_000));
  const first = factsOf('policy.set', here.ledger.effects({ point: 'policy.set' }).at(-1)!);
  const forged = (facts: object) =>
    anew.ledger.write('lease.take', (transaction) =>
      transaction.recordEffect({ ...here.ledger.effects({ point: 'policy.set', limit: 1 })[0]!, facts } as never),
    );
  forged(first);
  forged(removal);
  expect(await readPolicy(anew.context, anew.account)).toMatchObject({
    approver: null,
    history: { gone: [{ approver: addressOf(boss) }] },
  });
  expect((await anew.run(planCreate(anew.context, { crn }))).failing).toContainEqual(
    expect.objectContaining({ code: 'LEDGER_OTHER', limit: addressOf(boss) }),
  );
  forged({ ...first, version: 9, approver: addressOf(stranger) });
  expect(await anew.run(codeOf(planTakeOver(anew.context, anew.account, 'x')))).toBe('POLICY_REFUSED');
});

test('S-21 no credits leave the account by a ledger that does not know the published approver', async () => {
  const { anew } = await homes();
  const wish = { to: delegate.address, credits: 1_000_000n, expiresAt: null };
  const plan = await anew.run(planAllow(atTerminal(anew.context), wish, 'allow'));
  expect(plan).toMatchObject({ verdict: 'deny' });
  expect(plan.failing).toContainEqual(expect.objectContaining({ code: 'LEDGER_OTHER', limit: addressOf(boss) }));
  expect(await anew.run(codeOf(transferCredits(anew.context, { ...plan, verdict: 'allow' })))).toBe('LEDGER_OTHER');
});
