import { expect, test } from 'vitest';
import { creditBalance } from '../../src/devnet/ccn/credits/credits.ts';
import { ownEntries } from '../../src/domain/grants/own-grant.ts';
import { approvalStanding } from '../../src/lifecycle/approvals/approval-standing.ts';
import { requestApproval, voidApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { denyApproval } from '../../src/lifecycle/approvals/deny-approval.ts';
import { planEnvelope } from '../../src/lifecycle/approvals/plan-envelope.ts';
import { changeGrants } from '../../src/lifecycle/grants/change-grants.ts';
import type { LedgerTransaction } from '../../src/ports/ledger.ts';
import { asked, called, signedFor } from '../support/approval/approved-call.ts';
import { approvedBy, boss, signedBy, withApprover } from '../support/approval/approver.ts';
import { besides } from '../support/besides.ts';
import { codeOf, createVm, planCreate } from '../support/lifecycle-calls.ts';
import { giveCredits } from '../support/strays/give-credits.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const big = { name: 'big', cu: 4, ttl: '4h', crn: 'http://crn-0.devnet.test', wait: false };
const hourMs = 3_600_000;

/** Somebody with the ledger's file in an editor: no rule of ours is asked. */
const edit = (t: TestContext, change: (transaction: LedgerTransaction) => void): void => t.ledger.write('lease.take', change);

const stateOf = async (t: TestContext, id: string) => (await t.run(approvalStanding(t.context, t.ledger.approval(id)!))).state;

const envelope = { credits: '500000', ttlSeconds: 4 * 3600, computeUnits: 4, vms: 2, forSeconds: 7 * 86_400 };

/** The same call is about something else by now. */
const overtaken = async (t: TestContext, id: string): Promise<void> => {
  await requestApproval(t.context, await planEnvelope(t.context, envelope, 'e'), t.ledger.approval(id)!.argumentsDigest);
};

test.each([
  ['denied', 'after', (t: TestContext, id: string) => denyApproval(t.context, id)],
  ['void', 'after', (t: TestContext, id: string) => voidApproval(t.context, id)],
  ['void', 'before', overtaken],
] as const)(
  'XA-02 what was signed and is %s (%s it was granted) buys nothing where its row is set back to granted',
  async (end, when, over) => {
    const t = await testContext();
    await withApprover(t);
    const { id, shown } = await asked(t, 'vm create', big);
    const signature = await signedBy(boss, shown);
    if (when === 'after') await approvedBy(t, boss, id);
    await over(t, id);
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'granted', signature }));
    expect(await stateOf(t, id)).toBe(end);
    expect(await codeOf(called(t, 'vm create', big))).toBe('APPROVAL_NEEDED');
    expect(await codeOf(called(t, 'vm create', big, id))).toBe('APPROVAL_EXPIRED');
    expect(t.vms()).toEqual([]);
    expect(t.bills()).toEqual([]);
  },
);

test('XA-02 an envelope that was signed and denied pays for nothing where its row is set back to granted, six days later too', async () => {
  const t = await testContext();
  await withApprover(t);
  const { id } = await requestApproval(t.context, await planEnvelope(t.context, envelope, 'e'), 'e');
  await approvedBy(t, boss, id);
  const wish = { size: { computeUnits: 4 }, ttlSeconds: 4 * 3600, crn: big.crn };
  expect((await t.run(planCreate(t.context, wish))).verdict).toBe('allow');
  await denyApproval(t.context, id);
  await t.devnet.clock.advance(6 * 24 * hourMs);
  edit(t, (transaction) => transaction.updateApproval(id, { state: 'granted' }));
  expect((await t.run(planCreate(t.context, wish))).verdict).toBe('approve');
});

/** An owner whose approver signed that the agent's VMs end and its credits are taken, and what somebody appends who wants that done unasked. */
const signedRecovery = async () => {
  const agent = await testContext();
  const address = await giveCredits(agent, { credits: 3_000_000n, expiresAt: null });
  await agent.run(createVm(agent.context, { name: 'ci' }));
  await agent.run(changeGrants(agent.context, agent.account, { add: ownEntries(address), remove: [] }));
  const owner = await besides(agent);
  const call = { destroyAll: true, asOwner: agent.account };
  await withApprover(owner);
  const { id } = await signedFor(owner, 'freeze', call);
  const row = owner.ledger.approval(id)!;
  const held = () => creditBalance(agent.devnet.ccn.state('a'), agent.account, agent.devnet.clock.now());
  const forge = (at: number): void =>
    edit(owner, (transaction) => {
      const common = {
        at,
        network: 'devnet',
        account: owner.account,
        agent: null,
        task: null,
        operation: null,
        vm: null,
        credits: null,
        latencyMs: null,
      };
      transaction.updateApproval(id, { state: 'used' });
      const facts = { approval: id, plan: row.planId, nonce: row.nonce };
      transaction.recordEffect({ ...common, point: 'approval.use', outcome: 'used', facts });
      transaction.recordEffect({
        ...common,
        point: 'recover.begin',
        outcome: 'begun',
        facts: { plan: row.planId, from: agent.account, vms: [] },
      });
    });
  const untouched = async (): Promise<void> => {
    const before = held();
    expect(await codeOf(called(owner, 'freeze', call))).toBe('APPROVAL_NEEDED');
    expect(held()).toBe(before);
    expect(agent.bills().filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
  };
  return { agent, owner, id, forge, untouched };
};

test('XA-02 N-05 a signature that was taken back begins no recovery, whatever somebody appends', async () => {
  const { owner, id, forge, untouched } = await signedRecovery();
  await denyApproval(owner.context, id);
  forge(owner.context.clock.now());
  await untouched();
});

test('XA-02 N-05 a signature whose day is over begins no recovery: neither by a use of today, nor by one that is dated back', async () => {
  for (const hoursAgo of [0, 10]) {
    const { agent, owner, forge, untouched } = await signedRecovery();
    await agent.devnet.clock.advance(30 * hourMs);
    await called(owner, 'policy set', { maxVms: 1 });
    forge(owner.context.clock.now() - hoursAgo * hourMs);
    await untouched();
  }
});
