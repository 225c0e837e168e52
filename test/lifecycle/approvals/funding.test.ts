import { expect, test } from 'vitest';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import { factsOf } from '../../../src/domain/ledger/effect-facts.ts';
import { parseUsd } from '../../../src/domain/money/money.ts';
import { approvalStanding } from '../../../src/lifecycle/approvals/approval-standing.ts';
import { awaitDecision } from '../../../src/lifecycle/approvals/await-decision.ts';
import { asked, called } from '../../support/approval/approved-call.ts';
import { approvedBy, boss, withApprover } from '../../support/approval/approver.ts';
import { emptied } from '../../support/approval/emptied.ts';
import { quoted, sends } from '../../support/approval/funding.ts';
import { funderOf, withFunder } from '../../support/approval/with-funder.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { delegatedContext, letRent } from '../../support/payer/payer.ts';
import { testContext } from '../../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const big = { name: 'big', cu: 4, ttl: '4h', crn: 'http://crn-0.devnet.test', requestId: 'r1', wait: false };

test('W-022 a transfer of exactly the quoted sum approves the request, and the repeated call goes on by itself', async () => {
  const t = await testContext();
  await withFunder(t);
  const { id, failure } = await asked(t, 'vm create', big);
  const { to, credits } = quoted(t, id);
  expect(to).toBe(t.account);
  expect(credits / 10_000n).toBe(23n);
  expect(credits % 10_000n).toBeGreaterThan(0n);
  const [sum] = /[\d.]+$/.exec(failure.details.fix?.command ?? '') ?? [];
  expect(failure.details.fix?.command).toBe(`aleph-agent credits allow ${t.account} ${sum}`);
  expect(parseUsd(sum!)).toBe(credits);
  expect(failure.details.facts).toMatchObject({ fundingCredits: String(credits) });
  const answer = `${funderOf(t).address} sends exactly ${credits} credits`;
  expect(failure.details.fix?.text).toBe(
    `A person runs "aleph-agent approve ${id}" at a terminal, or ${answer}; then repeat the same command.`,
  );
  expect((await asked(t, 'vm create', big)).id).toBe(id);

  const post = await sends(t, { to, credits });
  expect(await t.run(awaitDecision(t.context, id))).toMatchObject({ state: 'granted', row: { decidedBy: funderOf(t).address } });
  expect((await called(t, 'vm create', big)).kind).toBe('result');
  expect(t.ledger.approval(id)).toMatchObject({ state: 'used', decidedBy: funderOf(t).address, usedBy: t.vms()[0]!.operation });
  const [use] = t.ledger.effects({ point: 'approval.use' }).map((effect) => factsOf('approval.use', effect));
  expect(use).toMatchObject({ approval: id, transfer: post });
  expect((await t.run(approvalStanding(t.context, t.ledger.approval(id)!))).state).toBe('used');
  // the same call is the same VM; another call asks anew, and the transfer answers nothing any more
  await called(t, 'vm create', big);
  expect(t.vms()).toHaveLength(1);
  const other = await asked(t, 'vm create', { ...big, name: 'other', cu: 1, ttl: '8h', requestId: 'r2' });
  expect(quoted(t, other.id).credits).not.toBe(credits);
});

test('W-022 what the account lacks is asked for with the approval, and a request that needs none stays refused', async () => {
  const t = await testContext();
  await emptied(t, 50_000n);
  expect(await failureOf(called(t, 'vm create', big))).toMatchObject({ code: 'BALANCE_GUARD' });
  await withFunder(t);
  // 1,368,000 of reserve and 228,000 of cost, and the guard's share of what will be there
  const { id, failure } = await asked(t, 'vm create', big);
  expect(failure.details.checks?.map(({ code }) => code)).toEqual(['BALANCE_GUARD', 'CREDIT_RESERVE_SHORT', 'APPROVAL_NEEDED']);
  const { to, credits } = quoted(t, id);
  // no word alone would do: the hold refuses what the account cannot pay
  expect(failure.details.fix?.text).toBe(
    `${funderOf(t).address} sends exactly ${credits} credits, which approve it, too; then repeat the same command.`,
  );
  expect(credits / 10_000n).toBe(155n);
  // for a small VM nobody is asked, so no request is made
  expect(await failureOf(called(t, 'vm create', { ...big, name: 'small', cu: 1, requestId: 'r9' }))).toMatchObject({
    code: expect.stringMatching(/BALANCE_GUARD|CREDIT_RESERVE_SHORT/),
  });
  await sends(t, { to, credits });
  expect((await called(t, 'vm create', big)).kind).toBe('result');
  expect(t.ledger.approval(id)?.state).toBe('used');
});

test('funding lifts no deny: what the policy refuses is refused, and not even asked for', async () => {
  const t = await testContext();
  await withFunder(t);
  expect(await failureOf(called(t, 'vm create', { ...big, ttl: '48h' }))).toMatchObject({ code: 'TTL_TOO_LONG' });
  expect(t.ledger.effects({ point: 'approval.request' })).toHaveLength(1);
  const { id } = await asked(t, 'vm create', big);
  const { to, credits } = quoted(t, id);
  await sends(t, { to, credits });
  await called(t, 'freeze', {});
  expect(await failureOf(called(t, 'vm create', big))).toMatchObject({ code: 'FROZEN' });
  expect(t.bills()).toEqual([]);
});

test('W-023 where another account pays, the money goes to that one, and nobody funds himself', async () => {
  const t = await delegatedContext();
  await letRent(t);
  const third = t.devnet.accounts[2]!.address;
  await withFunder(t, 'terminal', third);
  const { id } = await asked(t, 'vm create', big);
  expect(quoted(t, id).to).toBe(t.payer);
  await withFunder(t, 'terminal', t.payer);
  const { failure } = await asked(t, 'vm create', big);
  expect(failure.details.facts).not.toHaveProperty('fundingCredits');
});

test('an extension is approved by funding as a create is', async () => {
  const t = await testContext();
  await withFunder(t);
  await called(t, 'vm create', { name: 'ci', cu: 1, ttl: '1h', crn: 'http://crn-0.devnet.test' });
  const { id } = await asked(t, 'vm extend', { vm: 'ci', by: '8h' });
  const { to, credits } = quoted(t, id);
  // eight hours of 0.01425 USD
  expect(credits / 10_000n).toBe(12n);
  await sends(t, { to, credits });
  expect((await called(t, 'vm extend', { vm: 'ci', by: '8h' })).kind).toBe('result');
  expect(t.ledger.approval(id)?.state).toBe('used');
});

test('W-022 under an approver the transfer of the funder that it signed for approves, until that one is taken away', async () => {
  const t = await testContext();
  await withApprover(t);
  await withFunder(t, 'approver');
  const { id } = await asked(t, 'vm create', big);
  await sends(t, quoted(t, id));
  await called(t, 'policy set', { funder: 'none' });
  expect((await t.run(approvalStanding(t.context, t.ledger.approval(id)!))).state).toBe('pending');
  await withFunder(t, 'approver');
  await called(t, 'vm create', big);
  expect(t.ledger.approval(id)).toMatchObject({ state: 'used', decidedBy: funderOf(t).address });
});

test('with a funder the approver’s signature still approves, and a person at a terminal is asked there', async () => {
  const t = await testContext();
  await withApprover(t);
  await withFunder(t, 'approver');
  const { id, failure } = await asked(t, 'vm create', big);
  expect(failure.details.fix?.text).toContain(
    `The approver signs it (aleph-agent approve ${id} --show), or ${funderOf(t).address} sends exactly`,
  );
  expect(approvalMessage(t.ledger.approval(id)!).primaryType).toBe('PlanApproval');
  await approvedBy(t, boss, id);
  await called(t, 'vm create', big);
  expect(t.ledger.approval(id)).toMatchObject({ state: 'used', decidedBy: boss.address.toLowerCase() });
});
