import { expect, test } from 'vitest';
import type { AgentRecord } from '../../../src/domain/agents/agent-record.ts';
import { secretHash } from '../../../src/domain/agents/invitation.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { join } from '../../../src/lifecycle/agents/join.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { denyApproval } from '../../../src/lifecycle/approvals/deny-approval.ts';
import { vmCalled } from '../../../src/lifecycle/caller/vm-called.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { extend } from '../../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { refusal } from '../../../src/lifecycle/operation/refusal.ts';
import { verifyLedger } from '../../../src/lifecycle/trail/verify-ledger.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import type { Alert } from '../../../src/ports/host/alerts.ts';
import { letIn } from '../../support/let-in.ts';
import { codeOf, create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const hour = 3_600_000;

/** The owner, and two agents that were let in, on one ledger. */
const twoAgents = async (limits: AgentLimits = {}) => {
  const owner = await testContext();
  const { account, ledger, devnet } = owner;
  putLimits(ledger, account, { maxVms: 20, creationsPerMinute: 50 });
  const now = devnet.clock.now();
  letIn(ledger, 'ci', { account, now, ...limits });
  letIn(ledger, 'ops', { account, now });
  const as = (agent: string, seed: number) => testContext({ world: owner, agent, seed });
  return { owner, ledger, account, run: owner.run, ci: await as('ci', 2), ops: await as('ops', 3) };
};

type AgentLimits = Partial<Parameters<typeof letIn>[2]>;

const longer = async (context: ChangeContext, reference: string, seconds: number) => {
  const wish = { reference, bySeconds: seconds, until: null, requestId: null, argumentsDigest: `${reference} ${seconds}` };
  const planned = await planExtend(context, wish);
  if (planned.verdict !== 'allow') throw refusal(planned.failing, planned);
  return extend(context, planned);
};

const putOut = ({ ledger }: Pick<TestContext, 'ledger'>, name: string, patch: Partial<AgentRecord>): void =>
  ledger.write('policy.set', (transaction) => transaction.putAgent({ ...transaction.agent(name)!, ...patch }));

test('an agent’s name stands in its VMs, operations and trail; the owner’s rows name nobody', async () => {
  const { owner, ledger, run, ci } = await twoAgents();
  const [mine, own] = [await run(createVm(ci.context, { name: 'box' })), await run(createVm(owner.context, { name: 'own' }))];
  expect([ledger.vm(mine.id)?.agent, ledger.operation(mine.operation)?.agent]).toEqual(['ci', 'ci']);
  expect([ledger.vm(own.id)?.agent, ledger.operation(own.operation)?.agent]).toEqual([null, null]);
  const trail = ledger.effects({ vm: mine.id });
  expect(trail.length).toBeGreaterThan(3);
  expect(new Set(trail.map(({ agent }) => agent))).toEqual(new Set(['ci']));
  expect(new Set(ledger.effects({ vm: own.id }).map(({ agent }) => agent))).toEqual(new Set([null]));
  expect(ledger.firstBrokenLink()).toBeNull();
});

test('what is another’s does not exist for an agent; two may use one name, and the owner gives the id', async () => {
  const { owner, ledger, run, ci, ops } = await twoAgents();
  const [first, second] = [await run(createVm(ci.context, { name: 'box' })), await run(createVm(ops.context, { name: 'box' }))];
  const called = (context: ChangeContext, reference: string) => vmCalled(ledger, context, reference).id;
  expect([called(ci.context, 'box'), called(ops.context, 'box')]).toEqual([first.id, second.id]);
  expect(() => called(ci.context, second.id)).toThrow('There is no VM');
  expect(called(owner.context, second.id)).toBe(second.id);
  expect(() => called(owner.context, 'box')).toThrow('VMs of ci and ops are called "box"');
  expect(await run(codeOf(createVm(ci.context, { name: 'box' })))).toBe('NAME_TAKEN');
  const unknown = await run(failureOf(longer(ops.context, first.id, 3600)));
  expect(unknown.code).toBe('VM_NOT_FOUND');
  expect(JSON.stringify(unknown.details)).not.toContain('ci');
});

test('request ids and twins are an agent’s own: repeating another’s arguments makes a VM of one’s own', async () => {
  const { ledger, run, ci, ops } = await twoAgents();
  const wish = { requestId: 'r1', name: 'box' };
  const mine = await run(createVm(ci.context, wish));
  const other = await run(create(ops.context, wish));
  expect(other.vm.id).not.toBe(mine.id);
  expect(ledger.vms().map(({ agent }) => agent)).toEqual(['ci', 'ops']);
  expect((await run(create(ci.context, wish))).vm.id).toBe(mine.id);
});

test('what one agent was granted, another who repeats the call does not take, nor deny, nor see', async () => {
  const { ledger, run, ci, ops } = await twoAgents({ limits: { maxTotalCredits: '5000000' } });
  const dear = { size: { computeUnits: 4 }, ttlSeconds: 4 * 3600, name: 'big' };
  const asked = async (context: ChangeContext): Promise<{ plan: Plan; id: string }> => {
    const plan = await planCreate(context, dear);
    expect(plan.verdict).toBe('approve');
    return { plan, id: (await requestApproval(context, plan, 'digest')).id };
  };
  const { id } = await run(asked(ci.context));
  expect(ledger.approval(id)?.agent).toBe('ci');
  expect((await run(asked(ops.context))).id).not.toBe(id);
  await grantApproval(ci.context, id, 'terminal');
  expect(await grantedPlan(ops.context, 'digest', null)).toBeNull();
  expect(await run(codeOf(grantedPlan(ops.context, 'digest', id)))).toBe('APPROVAL_NOT_FOUND');
  expect(await run(codeOf(denyApproval(ops.context, id)))).toBe('APPROVAL_NOT_FOUND');
  const granted = (await grantedPlan(ci.context, 'digest', id)) as Plan<'vm create'>;
  // the hold asks once more whose it is
  expect(await run(codeOf(provision(ops.context, granted, true)))).toBe('APPROVAL_EXPIRED');
  expect((await run(provision(ci.context, granted, true))).vm).toMatchObject({ state: 'healthy', agent: 'ci' });
});

test('W-14A a slice counts the whole cost to expiry, extensions with it, and is judged again in the hold', async () => {
  // 14,250 credits an hour
  const { ledger, run, ci, ops } = await twoAgents({ limits: { maxTotalCredits: '30000' } });
  const before = await run(planCreate(ci.context, { name: 'late' }));
  const box = await run(createVm(ci.context, { name: 'box' }));
  await run(longer(ci.context, 'box', 3600));
  const refused = await run(failureOf(longer(ci.context, 'box', 3600)));
  expect(refused.details.checks).toMatchObject([{ code: 'TOTAL_LIMIT', figure: '0.04275', limit: '0.0300' }]);
  expect(refused.message).toContain('your slice allows');
  expect(await run(codeOf(provision(ci.context, before, true)))).toBe('TOTAL_LIMIT');
  expect(ledger.vm(box.id)?.hold).toBe(28_500n);
  // and it is nobody else’s
  expect((await run(createVm(ops.context, { name: 'box' }))).state).toBe('healthy');
});

test('the account’s limits hold for all agents together, as one check that names no figure', async () => {
  const { ledger, account, run, ci, ops } = await twoAgents();
  putLimits(ledger, account, { maxVms: 1, creationsPerMinute: 50 });
  for (const name of ['ci', 'ops']) letIn(ledger, name, { account, now: ci.devnet.clock.now() });
  await run(createVm(ci.context, { name: 'box' }));
  const refused = await run(failureOf(createVm(ops.context, { name: 'box' })));
  expect(refused.details.checks).toMatchObject([{ code: 'OWNER_LIMIT', figure: 'no room', limit: 'room' }]);
});

test('an agent that is put out, or whose time is over, spends nothing more; what it has runs to its expiry', async () => {
  const world = await twoAgents({ until: Date.parse('2027-01-01T00:00:00Z') });
  const { run, ci, ledger, owner } = world;
  const vm = await run(createVm(ci.context, { name: 'box' }));
  const planned = await run(planCreate(ci.context, { name: 'next' }));
  putOut(world, 'ci', { suspendedAt: owner.devnet.clock.now() });
  expect(await run(codeOf(createVm(ci.context, { name: 'more' })))).toBe('AGENT_REFUSED');
  expect(await run(codeOf(longer(ci.context, 'box', 3600)))).toBe('AGENT_REFUSED');
  expect(await run(codeOf(provision(ci.context, planned, true)))).toBe('AGENT_REFUSED');
  putOut(world, 'ci', { suspendedAt: null });
  expect((await run(longer(ci.context, 'box', 60))).changed).toBe(true);
  await run(owner.devnet.clock.wait(2 * hour));
  expect(ledger.vm(vm.id)).toMatchObject({ agent: 'ci' });
});

test('S-06 nothing that was held leaves after its agent was revoked', async () => {
  const world = await twoAgents();
  const { ledger, account, run, owner } = world;
  const dying = await testContext({
    world: owner,
    agent: 'ci',
    seed: 5,
    crash: (point, when) => {
      if (point === 'create.hold' && when === 'after') putOut(world, 'ci', { revokedAt: owner.devnet.clock.now(), token: null });
    },
  });
  const ended = await run(createVm(dying.context, { name: 'box' }).catch((problem: unknown) => problem));
  expect(ended).toBeInstanceOf(Error);
  expect(ledger.vms({ account })).toMatchObject([{ agent: 'ci' }]);
  expect(ledger.effects({ account, point: 'create.published' })).toEqual([]);
});

test('a row that somebody gives to another agent, or to the owner, is found against the trail', async () => {
  const { ledger, run, ci, owner } = await twoAgents();
  const vm = await run(createVm(ci.context, { name: 'box' }));
  const told = async () => (await run(verifyLedger(owner.context, null))).editedVms.map(({ says }) => says);
  expect(await told()).toEqual([]);
  for (const [agent, words] of [
    ['ops', 'agent ops'],
    [null, 'the owner'],
  ] as const) {
    ledger.write('vm.protect', (transaction) => transaction.updateVm(vm.id, { agent }));
    expect(await told()).toEqual([`its row is of ${words}, it was held for agent ci`]);
  }
});

test('an agent has three requests that wait, and twenty a day; the same one again is none more, and the owner has as many as he likes', async () => {
  const { owner, ledger, run, ci, ops } = await twoAgents({ limits: { maxTotalCredits: '5000000' } });
  const { clock } = owner.devnet;
  const plan = await run(planCreate(ci.context, { size: { computeUnits: 4 }, ttlSeconds: 4 * 3600, name: 'big' }));
  const ask = (context: ChangeContext, name: string) => requestApproval(context, plan, name);
  const [first] = [await run(ask(ci.context, 'a')), await run(ask(ci.context, 'b')), await run(ask(ci.context, 'c'))];
  const full = await run(failureOf(ask(ci.context, 'd')));
  // a person may decide at any time, and the agent may take one back
  expect([full.code, full.details.retryAfterSeconds, full.details.fix]).toMatchObject([
    'SAFE_BUSY',
    300,
    { actor: 'agent', command: expect.stringMatching(/^aleph-agent deny ap_/) },
  ]);
  expect((await run(ask(ci.context, 'a'))).id).toBe(first!.id);
  expect((await run(ask(ops.context, 'd'))).agent).toBe('ops');
  for (const name of ['a', 'b', 'c', 'd', 'e']) expect((await run(ask(owner.context, name))).agent).toBeNull();
  const withdrawn = async (name: string): Promise<string> => {
    await denyApproval(ci.context, (await ask(ci.context, name)).id);
    return name;
  };
  for (const { id } of ledger.approvals({ state: 'pending', agent: 'ci' })) await run(denyApproval(ci.context, id));
  for (let asked = 3; asked < 20; asked += 1) await run(withdrawn(`more ${asked}`));
  expect((await run(failureOf(ask(ci.context, 'z')))).message).toBe('Agent ci has asked 20 times within a day: no more than 20.');
  await clock.advance(24 * hour);
  expect((await run(ask(ci.context, 'z'))).state).toBe('pending');
});

test('an invitation that is used twice is refused, and people hear of it', async () => {
  const { owner, ledger } = await twoAgents();
  const heard: Alert[] = [];
  const alerts = {
    ...owner.context.host.alerts,
    deliver: async (alert: Alert) => {
      heard.push(alert);
      return [];
    },
  };
  const context = { ...owner.context, host: { ...owner.context.host, alerts } };
  const [code, now] = ['c0de', owner.devnet.clock.now()];
  putOut(owner, 'ci', { token: null, invitation: secretHash(code), invitedUntil: now + hour });
  expect((await owner.run(join(context, { code, token: 'first' }))).token).toBe(secretHash('first'));
  expect(heard).toEqual([]);
  expect(await owner.run(codeOf(join(context, { code, token: 'second' })))).toBe('AGENT_REFUSED');
  expect(heard).toMatchObject([{ code: 'AGENT_JOINED_TWICE', account: owner.account, vm: null }]);
  expect(ledger.agent('ci')?.token).toBe(secretHash('first'));
});
