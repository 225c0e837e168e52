import { Wallet } from 'ethers';
import { describe, expect, test } from 'vitest';
import { storedPost } from '../../src/domain/approval/signed-transfer.ts';
import { factsOf } from '../../src/domain/ledger/effect-facts.ts';
import { approvalStanding } from '../../src/lifecycle/approvals/approval-standing.ts';
import { voidApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { awaitDecision } from '../../src/lifecycle/approvals/await-decision.ts';
import { denyApproval } from '../../src/lifecycle/approvals/deny-approval.ts';
import { grantFunded } from '../../src/lifecycle/approvals/grant-funded.ts';
import type { LedgerTransaction, NewEffect } from '../../src/ports/ledger.ts';
import { asked, called } from '../support/approval/approved-call.ts';
import { approvedBy, boss, withApprover } from '../support/approval/approver.ts';
import { quoted, sends } from '../support/approval/funding.ts';
import { funderOf, withFunder } from '../support/approval/with-funder.ts';
import { failureOf } from '../support/lifecycle-calls.ts';
import { type ContextOptions, type TestContext, testContext } from '../support/test-context.ts';

/** 0.228 USD, above the 0.10 that asks. */
const big = { name: 'big', cu: 4, ttl: '4h', crn: 'http://crn-0.devnet.test', wait: false };
const hourMs = 3_600_000;

/** Somebody with the ledger's file in an editor: no rule of ours is asked. */
const edit = (t: TestContext, change: (transaction: LedgerTransaction) => void): void => t.ledger.write('lease.take', change);

const append = (t: TestContext, point: string, facts: object, outcome = 'pending', at = t.context.clock.now()): void =>
  edit(t, (transaction) =>
    transaction.recordEffect({
      at,
      point,
      network: 'devnet',
      account: t.account,
      task: null,
      operation: null,
      vm: null,
      outcome,
      credits: null,
      latencyMs: null,
      facts,
    } as unknown as NewEffect<'policy.funder'>),
  );

const stateOf = async (t: TestContext, id: string) => (await t.run(approvalStanding(t.context, t.ledger.approval(id)!))).state;

/** The call is made again, and nothing comes of it. */
const stillAsked = async (t: TestContext, id: string, raw: object = big): Promise<void> => {
  expect((await asked(t, 'vm create', { ...raw })).id).toBe(id);
  expect(t.vms()).toEqual([]);
};

const begun = async (options: ContextOptions = {}) => {
  const t = await testContext(options);
  await withFunder(t);
  const { id } = await asked(t, 'vm create', big);
  return { t, id, ...quoted(t, id) };
};

describe('a transfer that is not the one that was quoted answers nothing', () => {
  test('N-05 another sum, sender, channel or time, and credits that expire too soon', async () => {
    const { t, id, to, credits } = await begun();
    const now = t.devnet.clock.now();
    const other = new Wallet(t.devnet.accounts[2]!.privateKey);
    await sends(t, { to, credits: credits + 1n });
    await sends(t, { to, credits: credits - 1n });
    await sends(t, { to, credits, by: other });
    await sends(t, { to: other.address, credits });
    await sends(t, { to, credits, at: now - 1_000 });
    // the VM would live 4 h, and its reserve a day more
    await sends(t, { to, credits, expiresAt: now + 27 * hourMs });
    // stored, and never applied
    await sends(t, { to, credits, channel: 'ALEPH-CREDIT' });
    await stillAsked(t, id);
    await sends(t, { to, credits, expiresAt: now + 30 * hourMs });
    expect(await stateOf(t, id)).toBe('granted');
  });

  test('a transfer that one CCN host alone shows, or that hosts made up, answers nothing', async () => {
    let spoiled: ContextOptions['spoil'];
    const { t, id, to, credits } = await begun({
      spoil: async (response, request) => (spoiled ?? (async () => response))(response, request),
    });
    const ofTransfers = (url: string): boolean => url.includes('credit_history?payment_method=credit_transfer');
    const post = '1b'.repeat(32);
    const row = {
      amount: Number(credits),
      payment_method: 'credit_transfer',
      origin: funderOf(t).address,
      credit_ref: post,
      credit_index: 0,
      message_timestamp: new Date(t.devnet.clock.now() + 5_000).toISOString(),
      expiration_date: null,
    };
    const content = { address: funderOf(t).address, time: t.devnet.clock.now() / 1000 + 5, type: 'aleph_credit_transfer' };
    const item_content = JSON.stringify({ ...content, content: { transfer: { credits: [{ address: to, amount: Number(credits) }] } } });
    spoiled = async (response, { url }) => {
      if (ofTransfers(url)) return Response.json({ credit_history: [row], pagination_total: 1 });
      if (!url.includes(`/messages/${post}`)) return response;
      const invented = { item_hash: post, type: 'POST', chain: 'ETH', sender: funderOf(t).address, channel: 'ALEPH_CREDIT', item_content };
      return Response.json({ message: { ...invented, signature: `0x${'1b'.repeat(65)}` } });
    };
    await stillAsked(t, id);
    await sends(t, { to, credits });
    spoiled = async (response, { url }) =>
      ofTransfers(url) && url.startsWith(t.devnet.origins.ccnB) ? new Response('none', { status: 404 }) : response;
    await stillAsked(t, id);
    spoiled = undefined;
    expect(await stateOf(t, id)).toBe('granted');
  });

  test('once it was answered, hosts that do not tell make nobody pay again', async () => {
    let silent = false;
    const { t, id, to, credits } = await begun({
      spoil: async (response, { url }) =>
        silent && url.includes('credit_history') && url.startsWith(t0().devnet.origins.ccnB)
          ? new Response('busy', { status: 502 })
          : response,
    });
    function t0() {
      return t;
    }
    await sends(t, { to, credits });
    const { argumentsDigest } = t.ledger.approval(id)!;
    await t.run(grantFunded(t.context, { argumentsDigest, id, account: t.account }));
    expect(t.ledger.approval(id)?.state).toBe('granted');
    silent = true;
    const before = t.ledger.approvals({}).length;
    expect((await failureOf(called(t, 'vm create', big))).code).toBe('NETWORK_UNAVAILABLE');
    expect(t.ledger.approvals({})).toHaveLength(before);
    silent = false;
    await called(t, 'vm create', big);
    expect(t.vms()).toHaveLength(1);
  });

  test('hosts that show what came before the request show nothing that counts', async () => {
    let rewrite: (request: Request) => Request | null = () => null;
    const { t, id, to, credits } = await begun({
      instead: async (request) => {
        const other = rewrite(request);
        return other === null ? null : t.devnet.fetch(other);
      },
    });
    await sends(t, { to, credits, at: t.devnet.clock.now() - 60_000 });
    rewrite = ({ url }) => (url.includes('credit_transfer') ? new Request(url.replace(/startDate=\d+/, 'startDate=0')) : null);
    await stillAsked(t, id);
  });

  test('what the funder signed and the network never applied answers nothing, whatever a row says', async () => {
    const { t, id, to, credits } = await begun();
    const cloud = await t.context.cloud();
    await t.devnet.clock.advance(1_000);
    const made = await cloud.signing.transfer(
      { to, credits, expiresAt: null, at: t.devnet.clock.now() },
      { address: funderOf(t).address, network: 'devnet', signBytes: (bytes) => funderOf(t).signMessage(bytes) },
    );
    const { message } = JSON.parse(made.bytes) as { message: Record<string, string> };
    const { item_hash = '', chain = '', sender = '', item_content = '', signature = '' } = message;
    const post = storedPost({ id: item_hash, chain, sender, content: item_content, signature });
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'granted', decidedBy: sender, signature: post }));
    expect(await failureOf(called(t, 'vm create', big))).toMatchObject({ code: 'APPROVAL_NEEDED' });
    expect(t.vms()).toEqual([]);
  });
});

describe('one transfer answers one request, once', () => {
  test('of two requests at once the one that was quoted the sum', async () => {
    const { t, id, to, credits } = await begun();
    const second = await asked(t, 'vm create', { ...big, name: 'second', crn: 'http://crn-2.devnet.test' });
    expect(quoted(t, second.id).credits).not.toBe(credits);
    await sends(t, { to, credits });
    expect([await stateOf(t, id), await stateOf(t, second.id)]).toEqual(['granted', 'pending']);
  });

  test('six calls that wait for the same transfer make one VM', async () => {
    const { t, to, credits } = await begun();
    await sends(t, { to, credits });
    const calls = Array.from({ length: 6 }, () => called(t, 'vm create', big));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(t.vms()).toHaveLength(1);
    expect(t.ledger.effects({ point: 'approval.use' })).toHaveLength(2);
  });

  test('not again after the VM is gone, and not for a request that somebody wrote with the same quote', async () => {
    const { t, id, to, credits } = await begun();
    const [request] = t.ledger.effects({ point: 'approval.request', limit: 1 });
    await sends(t, { to, credits });
    await called(t, 'vm create', big);
    await called(t, 'vm destroy', { vms: ['big'] });
    const again = await asked(t, 'vm create', big);
    expect(again.id).not.toBe(id);
    // its trail row is written once more for the new request, dated back, and the nonce of the transfer is lost
    const row = t.ledger.approval(again.id)!;
    const { quote } = factsOf('approval.request', request!);
    const digest = factsOf('approval.request', t.ledger.effects({ point: 'approval.request', limit: 1 })[0]!).quote!.digest;
    append(
      t,
      'approval.request',
      { approval: 'ap_forged00', plan: row.planId, nonce: row.nonce, quote: { ...quote!, digest } },
      'pending',
      request!.at,
    );
    edit(t, (transaction) => transaction.insertApproval({ ...row, id: 'ap_forged00', plan: row.plan as never }));
    expect(await stateOf(t, 'ap_forged00')).toBe('pending');
    // used, its row says so no more
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'granted' }));
    expect(await failureOf(called(t, 'vm create', big))).toMatchObject({ code: expect.stringMatching(/^APPROVAL_/) });
    expect(t.vms()).toHaveLength(1);
  });
});

describe('a request that is over is answered by nothing', () => {
  test('denied meanwhile: the money stays in the account, and no row makes a yes of it', async () => {
    const { t, id, to, credits } = await begun();
    await denyApproval(t.context, id);
    await sends(t, { to, credits });
    expect(await t.run(failureOf(awaitDecision(t.context, id)))).toMatchObject({ code: 'APPROVAL_EXPIRED' });
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'pending' }));
    expect(await stateOf(t, id)).toBe('denied');
    const cloud = await t.context.cloud();
    expect((await t.run(cloud.accounts.balance(t.account))).credits).toBe(10_000_000n + credits);
    expect(t.vms()).toEqual([]);
  });

  test.each(['in time', 'late'])('expired, and its day written longer into the row: paid %s', async (when) => {
    const { t, id, to, credits } = await begun();
    if (when === 'in time') await sends(t, { to, credits });
    await t.devnet.clock.advance(25 * hourMs);
    edit(t, (transaction) => transaction.updateApproval(id, { expiresAt: t.devnet.clock.now() + 24 * hourMs }));
    if (when === 'late') await sends(t, { to, credits });
    expect(await stateOf(t, id)).toBe('pending');
  });

  test('a request that somebody wrote with a sum below its cost, or with a longer day', async () => {
    const { t, id } = await begun();
    const row = t.ledger.approval(id)!;
    const real = factsOf('approval.request', t.ledger.effects({ point: 'approval.request', limit: 1 })[0]!).quote!;
    const forge = async (other: string, quote: object): Promise<string> => {
      append(t, 'approval.request', { approval: other, plan: row.planId, nonce: row.nonce, quote: { ...real, ...quote } });
      edit(t, (transaction) => transaction.insertApproval({ ...row, id: other, nonce: `${row.nonce}${other}`, plan: row.plan as never }));
      await sends(t, { ...quoted(t, other) });
      return stateOf(t, other);
    };
    expect(await forge('ap_forged01', { credits: '237654' })).toBe('granted');
    expect(await forge('ap_forged02', { credits: '7654' })).toBe('pending');
    expect(await forge('ap_forged03', { credits: '237655', expires: t.devnet.clock.now() + 72 * hourMs })).toBe('pending');
    // what the plan buys for is another sum than the row says
    expect(await forge('ap_forged04', { credits: '237656', bought: '57000' })).toBe('pending');
    // an allowance that comes anyway has no tail
    expect(await forge('ap_forged05', { credits: '2000000' })).toBe('pending');
  });

  test('a sum with a zero before it is the sum of the earlier request, and answers no later one', async () => {
    const { t, id, to, credits } = await begun();
    const row = t.ledger.approval(id)!;
    const real = factsOf('approval.request', t.ledger.effects({ point: 'approval.request', limit: 1 })[0]!).quote!;
    append(t, 'approval.request', {
      approval: 'ap_forged06',
      plan: row.planId,
      nonce: `${row.nonce}6`,
      quote: { ...real, credits: `0${credits}` },
    });
    edit(t, (transaction) => transaction.insertApproval({ ...row, id: 'ap_forged06', nonce: `${row.nonce}6`, plan: row.plan as never }));
    await sends(t, { to, credits });
    expect([await stateOf(t, id), await stateOf(t, 'ap_forged06')]).toEqual(['granted', 'pending']);
  });

  test('a request that somebody dates back, before a transfer that came already, is answered by nothing', async () => {
    const { t, id, to } = await begun();
    await sends(t, { to, credits: 234_567n });
    await t.devnet.clock.advance(hourMs);
    await called(t, 'policy set', { maxVms: 2 });
    const row = t.ledger.approval(id)!;
    const real = factsOf('approval.request', t.ledger.effects({ point: 'approval.request', limit: 1 })[0]!).quote!;
    const facts = {
      approval: 'ap_forged07',
      plan: row.planId,
      nonce: `${row.nonce}7`,
      quote: { ...real, credits: '234567', expires: real.expires - 60_000 },
    };
    append(t, 'approval.request', facts, 'pending', t.context.clock.now() - hourMs - 30_000);
    edit(t, (transaction) => transaction.insertApproval({ ...row, id: 'ap_forged07', nonce: `${row.nonce}7`, plan: row.plan as never }));
    expect(await stateOf(t, 'ap_forged07')).toBe('pending');
  });

  test('a request of before the ledger began anew is answered by nothing', async () => {
    const { t, id, to, credits } = await begun();
    await t.devnet.clock.advance(60_000);
    append(t, 'ledger.takeOver', { replaces: 'none', approvalsVoided: 0 }, 'taken');
    await sends(t, { to, credits });
    expect(await stateOf(t, id)).toBe('pending');
  });

  test('S-20 a request that was voided or used is over, whatever its row says', async () => {
    const { t, id, to, credits } = await begun();
    await t.run(voidApproval(t.context, id));
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'pending' }));
    await sends(t, { to, credits });
    expect(await stateOf(t, id)).toBe('void');
    const second = await asked(t, 'vm create', { ...big, name: 'second' });
    await sends(t, quoted(t, second.id));
    await called(t, 'vm create', { ...big, name: 'second' });
    edit(t, (transaction) => transaction.updateApproval(second.id, { state: 'granted' }));
    expect(await stateOf(t, second.id)).toBe('used');
  });

  test('another funder by now: the request is asked anew, and the old sum answers neither', async () => {
    const { t, id, to, credits } = await begun();
    await withFunder(t, 'terminal', t.devnet.accounts[2]!.address);
    await sends(t, { to, credits });
    expect(await stateOf(t, id)).toBe('pending');
    const anew = await asked(t, 'vm create', big);
    expect(anew.id).not.toBe(id);
    expect(anew.failure.details.fix?.text).toContain(t.devnet.accounts[2]!.address);
  });
});

describe('S-20 rows that somebody wrote', () => {
  test('S-20 a row set to granted, and a plan made larger, are answered by nothing', async () => {
    const t = await testContext();
    await withApprover(t);
    await withFunder(t, 'approver');
    const { id } = await asked(t, 'vm create', big);
    const sum = quoted(t, id);
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'granted', decidedBy: funderOf(t).address }));
    expect(await stateOf(t, id)).toBe('unsigned');
    edit(t, (transaction) => transaction.updateApproval(id, { state: 'pending', decidedBy: null }));
    const row = t.ledger.approval(id)!;
    const plan = row.plan as { subject: { ttlSeconds: number } };
    edit(t, (transaction) =>
      transaction.updateApproval(id, { plan: { ...plan, subject: { ...plan.subject, ttlSeconds: 24 * 3600 } } } as never),
    );
    await sends(t, sum);
    expect(await stateOf(t, id)).toBe('pending');
    edit(t, (transaction) => transaction.updateApproval(id, { plan } as never));
    expect(await stateOf(t, id)).toBe('granted');
  });

  test('with an approver named and no funder, funding answers nothing', async () => {
    const { t, id, to, credits } = await begun();
    await withApprover(t);
    await sends(t, { to, credits });
    expect(await stateOf(t, id)).toBe('pending');
    await approvedBy(t, boss, id);
    expect(await stateOf(t, id)).toBe('granted');
  });
});
