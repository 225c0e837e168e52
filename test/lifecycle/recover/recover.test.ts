import { Wallet } from 'ethers';
import { expect, test } from 'vitest';
import { creditBalance } from '../../../src/devnet/ccn/credits/credits.ts';
import { narrowEntry } from '../../../src/domain/grants/grant-entry.ts';
import { ownEntries } from '../../../src/domain/grants/own-grant.ts';
import { usd } from '../../../src/domain/money/money.ts';
import { grantApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { changeGrants } from '../../../src/lifecycle/grants/change-grants.ts';
import { planRecover } from '../../../src/lifecycle/recover/plan-recover.ts';
import { agreedAtTerminal, asked, called, signedFor } from '../../support/approval/approved-call.ts';
import { atTerminal, withApprover } from '../../support/approval/approver.ts';
import { besides, worldBesides } from '../../support/besides.ts';
import { codeOf, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { delegatedVm } from '../../support/strays/delegate.ts';
import { giveCredits } from '../../support/strays/give-credits.ts';
import { type ContextOptions, type TestContext, testContext, type World } from '../../support/test-context.ts';

interface Both {
  agent: TestContext;
  owner: TestContext;
  /** What the owner calls. */
  call: Record<string, unknown>;
}

const creditsOf = ({ devnet }: World, address: string): bigint => creditBalance(devnet.ccn.state('a'), address, devnet.clock.now());
const live = (t: TestContext): string[] => t.bills().flatMap(({ hash, endedAt }) => (endedAt === null ? [hash] : []));
const entries = (owner: string, t: TestContext) => t.run(changeGrants(t.context, t.account, { add: ownEntries(owner), remove: [] }));

/** An agent with an allowance, a VM that runs on it, and the grant back; its owner on another machine. */
const allowance = async (options: ContextOptions = {}): Promise<Both> => {
  const agent = await testContext();
  const address = await giveCredits(agent, { credits: 3_000_000n, expiresAt: null });
  await agent.run(createVm(agent.context, { name: 'ci' }));
  await entries(address, agent);
  const owner = await besides(agent, options);
  expect(owner.account).toBe(address);
  return { agent, owner, call: { destroyAll: true, asOwner: agent.account } };
};

test('N-05 a VM of the owner that one host lists among the agent’s stays, and an unknown hash holds nothing up', async () => {
  let more: (ids: readonly string[]) => readonly string[] = () => [];
  const { agent, owner, call } = await allowance({
    spoil: async (response, { url }) => {
      if (!url.includes('/api/v0/messages.json?msgTypes=INSTANCE,PROGRAM&owners=')) return response;
      if (!url.startsWith(agent0())) return response;
      const page = (await response.json()) as { messages: { item_hash: string }[]; pagination_total: number };
      const added = more(page.messages.map(({ item_hash }) => item_hash));
      const rows = added.map((item_hash) => ({ ...page.messages[0], item_hash, type: 'INSTANCE', sender: '0x1', channel: 'ALEPH-AGENT' }));
      return Response.json({ ...page, messages: [...page.messages, ...rows], pagination_total: page.pagination_total + rows.length });
    },
  });
  function agent0(): string {
    return agent.devnet.origins.ccnA;
  }
  const mine = await owner.run(createVm(owner.context, { name: 'mine' }));
  more = () => [mine.id, 'QmNoHash', 'ab'.repeat(32)];
  await agreedAtTerminal(owner, 'freeze', call).catch((thrown: unknown) => expect(thrown).toMatchObject({ code: 'DESTROY_INCOMPLETE' }));
  expect(live(agent)).toEqual([]);
  expect(live(owner)).toEqual([mine.id]);
  expect(creditsOf(agent, agent.account)).toBe(0n);
});

test('W-022 N-05 N-06 the owner takes the credits first, ends the VMs and freezes nothing, with its own key alone', async () => {
  const { agent, owner, call } = await allowance();
  const [ci] = live(agent);
  const other = 'ALEPH-AGENT-0123456789ab';
  const tenant = new Wallet(agent.devnet.accounts[2]!.privateKey);
  await agent.run(changeGrants(agent.context, agent.account, { add: [narrowEntry(tenant.address, other)], remove: [] }));
  const { id: beyond } = await agent.run(delegatedVm(agent, other, tenant));
  await agent.devnet.clock.advance(5_000);
  const had = [creditsOf(agent, agent.account), creditsOf(agent, owner.account)];
  const { failure } = await asked(owner, 'freeze', call);
  expect(failure.message).toMatch(
    /^1 VM of 0x\w+ would be destroyed, what is on their disks lost, and its \d+\.\d+ USD taken back\. A person must approve/,
  );
  expect(live(agent)).toEqual([ci, beyond]);
  const { data } = (await agreedAtTerminal(owner, 'freeze', call)) as { data: { takenBack: { usd: string } } };
  expect(data).toEqual({
    frozenSince: null,
    destroyed: [{ id: ci!.slice(0, 12), name: ci!.slice(0, 12), state: 'terminated' }],
    takenBack: { from: agent.account, usd: expect.any(String) },
  });
  // what another key made on another channel is beyond the grant
  expect(live(agent)).toEqual([beyond]);
  expect(creditsOf(agent, agent.account)).toBe(0n);
  expect(creditsOf(agent, owner.account)).toBe(had[0]! + had[1]!);
  const order = owner.ledger.effects().map(({ point }) => point);
  expect(order.filter((point) => /^(recover|transfer|authz)/.test(point)).reverse()).toEqual([
    'recover.begin',
    'transfer.begin',
    'transfer.settled',
    'authz.ending',
    'recover.done',
  ]);
  expect(owner.ledger.effects({ point: 'transfer.begin' })[0]).toMatchObject({ facts: { from: agent.account, to: owner.account } });
  expect(owner.ledger.effects({ point: 'authz.ending' })[0]).toMatchObject({ facts: { vms: [ci], owner: agent.account } });
  expect(owner.ledger.freezes('devnet')).toEqual([]);
  expect(owner.ledger.head({ account: owner.account })).toMatchObject({ published: true });
  // again: nothing is there, nobody is asked
  expect(await called(owner, 'freeze', call)).toMatchObject({ data: { destroyed: [], takenBack: { usd: '0.0000' } } });
});

test('without a standing grant it is refused, and says how it would be granted; so are oneself, a task and half a call', async () => {
  const agent = await testContext();
  const address = await giveCredits(agent, { credits: 3_000_000n, expiresAt: null });
  const owner = await besides(agent);
  const call = { destroyAll: true, asOwner: agent.account };
  const refusal = { code: 'GRANT_MISSING', details: { sideEffects: 'none', fix: { command: `aleph-agent authz grant ${address} --own` } } };
  expect(await failureOf(called(owner, 'freeze', call))).toMatchObject(refusal);
  // half of it, or on another channel, is none
  for (const add of [[ownEntries(address)[0]], [ownEntries(address)[1], narrowEntry(address, 'ALEPH-AGENT-0123456789ab')]]) {
    await agent.run(changeGrants(agent.context, agent.account, { add, remove: ownEntries(address) }));
    expect(await failureOf(called(owner, 'freeze', call))).toMatchObject(refusal);
  }
  expect(await codeOf(called(owner, 'freeze', { destroyAll: true, asOwner: owner.account }))).toBe('USAGE');
  expect(await codeOf(called(owner, 'freeze', { asOwner: agent.account }))).toBe('USAGE');
  expect(await codeOf(called(owner, 'freeze', { ...call, ofTask: 'x' }))).toBe('USAGE');
  expect(await codeOf(called(owner, 'freeze', { ...call, asOwner: agent.account.toLowerCase() }))).toBe('USAGE');
  expect(owner.ledger.freezes('devnet')).toEqual([]);
  expect(owner.ledger.effects()).toEqual([]);
});

test('the approver signs what is taken and what ends; a grant that is withdrawn by then does nothing', async () => {
  const { agent, owner, call } = await allowance();
  await withApprover(owner);
  const { id, shown } = await signedFor(owner, 'freeze', call);
  expect(shown.message['what']).toContain(`Take all credits of ${agent.account} back`);
  expect(shown.message['what']).toContain(live(agent)[0]!.slice(0, 12));
  await agent.run(changeGrants(agent.context, agent.account, { add: [], remove: ownEntries(owner.account) }));
  expect(await codeOf(called(owner, 'freeze', call, id))).toBe('GRANT_MISSING');
  expect(owner.ledger.approval(id)?.state).toBe('granted');
  expect(live(agent)).toHaveLength(1);
});

test('N-05 an expense before the transfer, credits that come while VMs end, and a host that lies leave no credits behind', async () => {
  const meanwhile: Record<string, () => Promise<void>> = {};
  const { agent, owner, call } = await allowance({
    onRequest: async (request) => {
      const text = request.method === 'POST' ? await request.text() : '';
      for (const [word, happens] of Object.entries(meanwhile)) {
        if (!text.includes(word)) continue;
        delete meanwhile[word];
        await happens();
      }
    },
  });
  meanwhile['aleph_credit_transfer'] = async () => {
    agent.devnet.ccn.bill();
    await agent.devnet.clock.advance(1_000);
  };
  meanwhile['FORGET'] = async () => agent.devnet.ccn.fund(agent.account, 250_000n);
  await agent.devnet.clock.advance(600_000);
  await agreedAtTerminal(owner, 'freeze', call);
  expect(owner.ledger.operations({ kind: 'transfer' }).map(({ state }) => state)).toEqual(['failed', 'succeeded', 'succeeded']);
  expect(creditsOf(agent, agent.account)).toBe(0n);

  await agent.devnet.clock.advance(5_000);
  agent.devnet.ccn.fund(agent.account, 500_000n);
  await agent.devnet.clock.advance(60_000);
  const world = await worldBesides(agent, agent.devnet.accounts[1]!.privateKey);
  for (const told of [0, 900_000]) {
    const lied = await besides(agent, {
      world,
      seed: told + 20,
      third: async (response, request) =>
        request.url.includes(`${agent.account}/balance`)
          ? Response.json({ ...((await response.json()) as object), credit_balance: told, credit_balance_details: [] })
          : response,
    });
    if (creditsOf(agent, agent.account) === 0n) agent.devnet.ccn.fund(agent.account, 500_000n);
    await agent.devnet.clock.advance(60_000);
    await agreedAtTerminal(lied, 'freeze', call);
    expect(creditsOf(agent, agent.account)).toBe(0n);
  }
});

test('W-022 N-05 a recovery that did not come to its end goes on as it was agreed to, and with nothing that came since', async () => {
  let deaf = false;
  const { agent, owner, call } = await allowance({
    instead: async (request) =>
      deaf && request.method === 'POST' && (await request.text()).includes('FORGET') ? new Response('busy', { status: 502 }) : null,
  });
  // somebody appends that one was begun
  owner.ledger.write('lease.take', (transaction) =>
    transaction.recordEffect({
      at: owner.context.clock.now(),
      point: 'recover.begin',
      network: 'devnet',
      account: owner.account,
      agent: null,
      task: null,
      operation: null,
      vm: null,
      outcome: 'begun',
      credits: null,
      latencyMs: null,
      facts: { plan: 'ab'.repeat(32), from: agent.account, vms: [] },
    }),
  );
  const { id } = await asked(owner, 'freeze', call);
  await grantApproval(atTerminal(owner.context), id, 'terminal');
  deaf = true;
  expect(await codeOf(called(owner, 'freeze', call))).not.toBe('APPROVAL_NEEDED');
  expect([owner.ledger.approval(id)?.state, live(agent).length, creditsOf(agent, agent.account)]).toEqual(['used', 1, 0n]);
  deaf = false;
  expect(await called(owner, 'freeze', call)).toMatchObject({ data: { destroyed: [{ state: 'terminated' }] } });
  expect(live(agent)).toEqual([]);
  // what came since needs another agreement
  agent.devnet.ccn.fund(agent.account, 3_000_000n);
  await agent.devnet.clock.advance(60_000);
  expect(await codeOf(called(owner, 'freeze', call))).toBe('APPROVAL_NEEDED');
});

test('N-05 the plan names what two CCN hosts hold, and says where they differ', async () => {
  const { agent } = await allowance();
  const lied = await besides(agent, {
    seed: 9,
    spoil: async (response, { url }) =>
      url.startsWith(agent.devnet.origins.ccnA) && url.includes(`${agent.account}/balance`)
        ? Response.json({ ...((await response.json()) as object), credit_balance: 90_000_000, credit_balance_details: [] })
        : response,
  });
  const plan = await lied.run(planRecover(lied.context, agent.account, 'r'));
  const credits = usd(creditsOf(agent, agent.account));
  expect(plan.summary).toContain(`Take the ${credits} USD of ${agent.account} back`);
  expect(plan.notes).toContainEqual(expect.stringContaining(`holds from ${credits} to 90.0000 USD`));
});

test('two calls at once take nothing twice', async () => {
  const { agent, owner, call } = await allowance();
  const whole = creditsOf(agent, agent.account) + creditsOf(agent, owner.account);
  const { id } = await asked(owner, 'freeze', call);
  const twin = await besides(agent, { world: owner, seed: 9 });
  await grantApproval(atTerminal(owner.context), id, 'terminal');
  const outcomes = await Promise.allSettled([called(owner, 'freeze', call), called(twin, 'freeze', call)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(creditsOf(agent, owner.account)).toBe(whole);
  expect(live(agent)).toEqual([]);
});

test('N-05 a recovery that goes on takes no more than was agreed to: credits that came since need another agreement', async () => {
  let deaf = true;
  const { agent, owner, call } = await allowance({
    instead: async (request) =>
      deaf && request.method === 'POST' && (await request.text()).includes('FORGET') ? new Response('busy', { status: 502 }) : null,
  });
  const { id } = await asked(owner, 'freeze', call);
  await grantApproval(atTerminal(owner.context), id, 'terminal');
  expect(await codeOf(called(owner, 'freeze', call))).not.toBe('APPROVAL_NEEDED');
  expect([creditsOf(agent, agent.account), live(agent).length]).toEqual([0n, 1]);
  deaf = false;
  // the next allowance
  agent.devnet.ccn.fund(agent.account, 9_000_000n);
  await agent.devnet.clock.advance(3_600_000);
  const came = creditsOf(agent, agent.account);
  const again = await failureOf(called(owner, 'freeze', call));
  expect(again).toMatchObject({ code: 'APPROVAL_NEEDED', message: expect.stringContaining(`its ${usd(came)} USD taken back`) });
  expect(creditsOf(agent, agent.account)).toBe(came);
  await grantApproval(atTerminal(owner.context), String(again.details.facts?.['approval']), 'terminal');
  const { data } = (await called(owner, 'freeze', call)) as { data: { takenBack: { usd: string } } };
  // what this call took, not what an earlier one did
  expect(Number(data.takenBack.usd)).toBeLessThanOrEqual(Number(usd(came)));
  expect([creditsOf(agent, agent.account), live(agent).length]).toEqual([0n, 0]);
});

test('N-05 credits that come while a recovery goes on stay where they are, and the answer says what this call took', async () => {
  let deaf = true;
  const { agent, owner, call } = await allowance({
    instead: async (request) => {
      if (request.method !== 'POST' || !(await request.text()).includes('FORGET')) return null;
      if (deaf) return new Response('busy', { status: 502 });
      agent.devnet.ccn.fund(agent.account, 9_000_000n);
      return null;
    },
  });
  const { id } = await asked(owner, 'freeze', call);
  await grantApproval(atTerminal(owner.context), id, 'terminal');
  expect(await codeOf(called(owner, 'freeze', call))).not.toBe('APPROVAL_NEEDED');
  const had = creditsOf(agent, owner.account);
  deaf = false;
  const { data } = (await called(owner, 'freeze', call)) as { data: { takenBack: { usd: string } } };
  const took = creditsOf(agent, owner.account) - had;
  expect(data.takenBack.usd).toBe(usd(took));
  expect(took).toBeLessThan(100_000n);
  expect(live(agent)).toEqual([]);
  expect(await codeOf(called(owner, 'freeze', call))).toBe('APPROVAL_NEEDED');
});
