import { expect, test } from 'vitest';
import { secretHash } from '../../../src/domain/agents/invitation.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { mostUsdOf } from '../../../src/domain/plan/plan-kinds.ts';
import { agentStandings } from '../../../src/lifecycle/agents/agent-standings.ts';
import { admissionTo, join } from '../../../src/lifecycle/agents/join.ts';
import { planLetInAgain, rotate } from '../../../src/lifecycle/agents/let-in-again.ts';
import { planSpawn, type SpawnRequest } from '../../../src/lifecycle/agents/plan-spawn.ts';
import { putOut } from '../../../src/lifecycle/agents/put-out.ts';
import { type Spawned, spawn } from '../../../src/lifecycle/agents/spawn.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { planRedeploy } from '../../../src/lifecycle/create/plan-redeploy.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { destroySeveral } from '../../../src/lifecycle/end/destroy-several.ts';
import { planDestroy } from '../../../src/lifecycle/end/plan-destroy.ts';
import { planReinstall } from '../../../src/lifecycle/operate/plan-reinstall.ts';
import { readPolicy } from '../../../src/lifecycle/policy/policy-in-force.ts';
import { sliceInForce } from '../../../src/lifecycle/policy/slice-in-force.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import { letIn } from '../../support/let-in.ts';
import { codeOf, create, createVm, failureOf, requestOf } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { testContext } from '../../support/test-context.ts';

const address = { url: 'https://safe.test:8443', pin: 'a'.repeat(64), uid: null };

/** The owner, and an agent that may spend 100,000 credits: seven hours of one compute unit at 14,250. */
const withParent = async ({ name = 'ci', servedAt = 'https://safe.test:8443' } = {}) => {
  const owner = await testContext({ servedAt });
  const { account, ledger, devnet, run } = owner;
  putLimits(ledger, account, { maxVms: 20, creationsPerMinute: 50 });
  letIn(ledger, name, { account, now: devnet.clock.now(), limits: { maxTotalCredits: '100000' } });
  const as = async (agent: string, seed: number) => (await testContext({ world: owner, agent, seed, servedAt })).context;
  const own = await testContext({ world: owner, agent: name, seed: 2, servedAt });
  const ci = own.context;
  const wish = (more: Partial<SpawnRequest> = {}): SpawnRequest => ({
    ...requestOf({ requestId: 'job-7' }),
    name: 'worker',
    limits: { maxTotalCredits: '30000' },
    ...more,
  });
  const planned = (context: ChangeContext, more: Partial<SpawnRequest> = {}) => run(planSpawn(context, wish(more)));
  const approved = async (more: Partial<SpawnRequest> = {}): Promise<Plan<'vm spawn'>> => {
    const plan = (await planned(ci, more)) as Plan<'vm spawn'>;
    expect(plan.verdict, JSON.stringify(plan.failing)).toBe('approve');
    const { id } = await run(requestApproval(ci, plan, 'spawn'));
    await run(grantApproval(ci, id, 'terminal'));
    return (await grantedPlan(ci, 'spawn', id)) as Plan<'vm spawn'>;
  };
  /** Asks, and a person approves. */
  const spawned = async (more: Partial<SpawnRequest> = {}): Promise<Spawned> => run(spawn(ci, await approved(more), true, address));
  /** The same call, once more. */
  const again = async (more: Partial<SpawnRequest> = {}): Promise<Spawned> =>
    run(spawn(ci, (await planned(ci, more)) as Plan<'vm spawn'>, true, address));
  let seed = 2;
  const joined = async ({ child, invitation }: Spawned): Promise<ChangeContext> => {
    await run(join(owner.context, { code: invitation!.code, token: `${child} token` }));
    seed += 1;
    return as(child, seed);
  };
  const admitted = async (child: string) => (await admissionTo(owner.context, account))(ledger.agent(child)!);
  /** The owner invites an agent anew. */
  const rotated = async (agent: string) => {
    const plan = await run(planLetInAgain(owner.context, 'agents rotate', agent, 'digest'));
    const { id } = await run(requestApproval(owner.context, plan, 'rotate'));
    await run(grantApproval(owner.context, id, 'terminal'));
    return run(rotate(owner.context, (await grantedPlan(owner.context, 'rotate', id)) as Plan<'agents rotate'>, address));
  };
  const destroyed = async (references: string[], withChildren = false) =>
    run(destroySeveral(ci, await run(planDestroy(ci, { references, expired: false, ofTask: null, all: false, withChildren }, 'digest'))));
  return {
    owner,
    ledger,
    account,
    devnet,
    run,
    ci,
    warnings: own.warnings,
    as,
    planned,
    approved,
    spawned,
    again,
    joined,
    admitted,
    rotated,
    destroyed,
  };
};

test('W-121 a person is asked about each, however cheap, and nothing comes about without that word', async () => {
  const { ledger, run, ci, planned } = await withParent();
  const plan = (await planned(ci)) as Plan<'vm spawn'>;
  expect([plan.verdict, plan.failing.map(({ code, of }) => [code, of])]).toEqual(['approve', [['APPROVAL_NEEDED', 'child ci-worker']]]);
  expect(plan.summary).toMatch(
    /^Create worker: 1 CU .* and let agent ci-worker in to live in it, a child of ci: 0\.0300 USD in all, else no more than ci may$/,
  );
  expect(await run(codeOf(spawn(ci, plan, true, address)))).toBe('APPROVAL_NEEDED');
  expect([ledger.vms(), ledger.agent('ci-worker')]).toEqual([[], null]);
});

test('W-121 what a person agrees to is the VM and all that its child may spend', async () => {
  const { approved } = await withParent();
  const plan = await approved();
  // 14,250 credits for the VM's hour, 30,000 for the child
  expect([plan.cost?.mostUsd, mostUsdOf(plan)]).toEqual(['0.04425', '0.04425']);
  expect((await approved({ ...requestOf({ requestId: 'job-8' }), name: 'other' })).consentPhrase).not.toBe('0.01425');
});

test('W-122 depth one: a child makes no children, by its row and not by its word', async () => {
  const { ledger, run, planned, spawned, joined } = await withParent();
  const child = await joined(await spawned());
  expect((await run(failureOf(planned(child, { name: 'more' })))).message).toBe(
    'Agent ci-worker is a child itself, and a child makes no children.',
  );
  expect(ledger.agents().map(({ name, parent }) => [name, parent])).toEqual([
    ['ci', null],
    ['ci-worker', 'ci'],
  ]);
});

test('W-123 the child stands in the ledger with the VM’s hold, its parent beside it, and the trail says so', async () => {
  const { ledger, owner, account, devnet, spawned } = await withParent();
  const { vm, invitation } = await spawned();
  expect(vm).toMatchObject({ name: 'worker', agent: 'ci', state: 'healthy' });
  expect(ledger.agent('ci-worker')).toMatchObject({
    parent: 'ci',
    operation: vm.operation,
    invitation: secretHash(invitation!.code),
    slice: { limits: { maxTotalCredits: '30000' }, until: vm.expiresAt, commands: [], exec: false },
  });
  const trail = ledger.effects({ point: 'agents.set' }).map(({ outcome, facts }) => [outcome, facts]);
  const facts = { name: 'ci-worker', parent: 'ci', vm: vm.id, operation: vm.operation, limits: { maxTotalCredits: '30000' } };
  expect(trail).toContainEqual(['spawned', facts]);
  expect(ledger.firstBrokenLink()).toBeNull();
  letIn(ledger, 'aa', { account, now: devnet.clock.now(), limits: { maxTotalCredits: '1' } });
  const shown = agentStandings(ledger, await readPolicy(owner.context, account), devnet.clock.now());
  expect(shown.map(({ row, livesIn }) => [row.name, livesIn])).toEqual([
    ['ci', null],
    ['ci-worker', vm.id],
    ['aa', null],
  ]);
  // an edit may hide nobody
  ledger.write('agents.set', (transaction) => transaction.putAgent({ ...transaction.agent('ci-worker')!, parent: 'nobody' }));
  const edited = agentStandings(ledger, await readPolicy(owner.context, account), devnet.clock.now());
  expect(edited.map(({ row, state }) => [row.name, state])).toContainEqual(['ci-worker', 'ended']);
});

test('W-124 what the child spends is cut from its parent’s slice, and its VMs end with it', async () => {
  const { ledger, run, ci, spawned, joined } = await withParent();
  const made = await spawned();
  const child = await joined(made);
  expect(await run(codeOf(create(child, { ttlSeconds: 3 * 3600 })))).toBe('TTL_TOO_LONG');
  const own = await run(createVm(child, { name: 'own', ttlSeconds: 1800 }));
  expect(own).toMatchObject({ agent: 'ci-worker', state: 'healthy' });
  expect(ledger.vm(own.id)!.expiresAt).toBeLessThanOrEqual(made.vm.expiresAt);
  // 14,250 for the VM it lives in, 7,125 of the child, and 71,250 more pass none
  expect(await run(codeOf(create(ci, { ttlSeconds: 5.6 * 3600 })))).toBe('TOTAL_LIMIT');
  expect(await run(create(ci, { ttlSeconds: 5.5 * 3600 }))).toMatchObject({ replayed: false });
  // of its own budget there is room, of its parent's slice there is none
  expect((await run(failureOf(create(child, { ttlSeconds: 1800 })))).details.checks?.map(({ code }) => code)).toContain('OWNER_LIMIT');
});

test('W-124 the child is out once its VM is being ended, and with its parent', async () => {
  const { owner, ledger, account, run, ci, spawned, joined, admitted } = await withParent();
  const made = await spawned();
  const child = await joined(made);
  expect((await admitted('ci-worker')).slice.limits).toEqual({ maxTotalCredits: '30000' });
  const own = await run(createVm(child, { name: 'own', ttlSeconds: 1800 }));
  const wish = { references: ['worker', 'worker'], expired: false, ofTask: null, all: false, withChildren: true };
  const plan = await run(planDestroy(ci, wish, 'digest'));
  expect(plan.subject.ids).toEqual([made.vm.id, own.id]);
  // what a child makes after the plan is not left behind
  const late = await run(createVm(child, { name: 'late', ttlSeconds: 600 }));
  expect(await run(failureOf(destroySeveral(ci, plan)))).toMatchObject({
    code: 'PLAN_MOVED',
    message: 'Since the plan was made agent ci-worker has made late. Nothing was destroyed; make the call again.',
  });
  const anew = await run(planDestroy(ci, wish, 'digest'));
  expect(anew.subject.ids).toEqual([made.vm.id, own.id, late.id]);
  ledger.write('destroy.begin', (transaction) => transaction.updateVm(made.vm.id, { state: 'stopping', ending: 'destroy' }));
  await expect(admitted('ci-worker')).rejects.toMatchObject({ code: 'AGENT_REFUSED' });
  expect(await run(codeOf(create(child, { ttlSeconds: 600 })))).toBe('AGENT_REFUSED');
  await run(destroySeveral(ci, anew));
  expect(ledger.vms().map(({ state }) => state)).toEqual(['terminated', 'terminated', 'terminated']);
  expect(await run(codeOf(planDestroy(ci, { ...wish, references: [], expired: true }, 'digest')))).toBe('USAGE');

  const second = await spawned({ ...requestOf({ requestId: 'job-8' }), name: 'second' });
  await joined(second);
  await run(putOut(owner.context, 'ci', 'suspended'));
  expect(sliceInForce(ledger, await readPolicy(owner.context, account), 'ci-second')).toBeNull();
});

test('W-124 what a child leaves behind is told, and counts where a person is asked about destroying more at once', async () => {
  const { warnings, ledger, run, ci, spawned, joined, destroyed, rotated } = await withParent();
  const child = await joined(await spawned());
  for (const name of ['one', 'two']) await run(createVm(child, { name, ttlSeconds: 600 }));
  const second = await spawned({ ...requestOf({ requestId: 'job-8' }), name: 'second' });
  const others = await joined(second);
  await run(createVm(others, { name: 'three', ttlSeconds: 600 }));
  const wish = { references: ['second'], expired: false, ofTask: null, all: false };
  await run(planDestroy(ci, wish, 'digest'));
  expect(warnings).toContainEqual({
    code: 'CHILDREN_LEFT',
    message: 'Agents that live there have a VM (three) at 0.01425 USD/h until their expiry; the same call --with-children ends them, too.',
  });
  await destroyed(['worker'], true);
  const plan = await run(planDestroy(ci, { ...wish, withChildren: true }, 'digest'));
  expect([plan.verdict, plan.failing.map(({ code, figure }) => [code, figure])]).toEqual(['approve', [['APPROVAL_NEEDED', '5']]]);
  await run(destroySeveral(ci, await run(planDestroy(ci, wish, 'digest'))).catch(() => {}));
  expect(ledger.agent('ci-worker')).not.toBeNull();
  await expect(rotated('ci-worker')).rejects.toMatchObject({ code: 'AGENT_REFUSED' });
});

test('W-124 a join whose answer was lost is made again with the same token, and by nobody else', async () => {
  const { owner, ledger, run, spawned } = await withParent();
  const { invitation } = await spawned();
  const join1 = (token: string) => join(owner.context, { code: invitation!.code, token });
  const first = await run(join1('its own'));
  expect(await run(join1('its own'))).toEqual(first);
  expect(await run(codeOf(join1('another')))).toBe('AGENT_REFUSED');
  expect(ledger.effects({ point: 'agents.set' }).filter(({ outcome }) => outcome === 'joined')).toHaveLength(1);
});

test('W-124 an invitation is no good once its child’s VM is gone', async () => {
  const { ledger, run, spawned, joined, destroyed } = await withParent();
  const made = await spawned();
  await destroyed(['worker']);
  expect(await run(codeOf(joined(made)))).toBe('AGENT_REFUSED');
  expect(ledger.agent('ci-worker')!.token).toBeNull();
});

test('W-124 repeated it finds the same VM and child, and invites anew who has never joined; a name is one agent for ever', async () => {
  const { ledger, run, ci, planned, spawned, again, joined, destroyed } = await withParent();
  const made = await spawned();
  const repeated = await again();
  expect(repeated).toMatchObject({ vm: { id: made.vm.id }, child: 'ci-worker', state: 'invited', replayed: true });
  expect(repeated.invitation!.code).not.toBe(made.invitation!.code);
  expect(await run(codeOf(joined(made)))).toBe('AGENT_REFUSED');
  await joined(repeated);
  expect(await again()).toMatchObject({ state: 'joined', invitation: null });
  expect(ledger.vms()).toHaveLength(1);
  await destroyed(['worker']);
  expect(await again()).toMatchObject({ state: 'ended', invitation: null });
  expect(await run(codeOf(planned(ci, { ...requestOf({ requestId: 'job-9' }), name: 'worker' })))).toBe('NAME_TAKEN');
});

test('W-123 where a call died before it invited, the same call invites', async () => {
  const { ledger, run, ci, approved, again } = await withParent();
  await run(provision(ci, await approved(), true));
  expect(ledger.agent('ci-worker')).toMatchObject({ invitation: null, token: null, joinedAt: null });
  const made = await again();
  expect(ledger.agent('ci-worker')!.invitation).toBe(secretHash(made.invitation!.code));
});

test('W-124 without a request id, too, the same call finds the same VM, and other arguments do not', async () => {
  const { run, ci, planned, spawned, again } = await withParent();
  const made = await spawned({ requestId: null, argumentsDigest: 'same' });
  expect(await again({ requestId: null, argumentsDigest: 'same' })).toMatchObject({ vm: { id: made.vm.id }, replayed: true });
  expect(await run(codeOf(planned(ci, { requestId: null, argumentsDigest: 'other' })))).toBe('NAME_TAKEN');
});

const crn = 'http://crn-0.devnet.test';

test('W-124 a create that failed burns no name', async () => {
  const { owner, ledger, run, ci, devnet, approved, spawned } = await withParent();
  const plan = await approved({ crn });
  const lift = owner.fault('scheduler never-placed', 'crn-0 full');
  expect(await run(codeOf(spawn(ci, plan, true, address)))).toBe('CREATE_FAILED');
  lift();
  const first = ledger.agent('ci-worker')!;
  await run(devnet.clock.wait(31_000));
  expect(await spawned({ ...requestOf({ requestId: 'job-8' }), name: 'worker', crn })).toMatchObject({
    child: 'ci-worker',
    state: 'invited',
  });
  expect(ledger.agent('ci-worker')!.operation).not.toBe(first.operation);
});

test('W-124 a child’s failures pause the child alone', async () => {
  const { owner, run, ci, spawned, joined } = await withParent();
  const child = await joined(await spawned());
  const lift = owner.fault('scheduler never-placed', 'crn-0 full');
  expect(await run(codeOf(create(child, { crn, ttlSeconds: 600 })))).toBe('CREATE_FAILED');
  lift();
  expect(await run(codeOf(create(child, { crn, ttlSeconds: 600 })))).toBe('COOL_DOWN');
  expect(await run(create(ci, { crn, ttlSeconds: 600 }))).toMatchObject({ replayed: false });
});

test('W-125 with a new token of its parent a child is out until its parent invites it anew; one that the owner invites is the owner’s to bring in', async () => {
  const { ledger, run, ci, planned, spawned, again, joined, admitted, rotated } = await withParent();
  const made = await spawned();
  await joined(made);
  const asked = (await planned(ci, { ...requestOf({ requestId: 'job-8' }), name: 'other' })) as Plan<'vm spawn'>;
  const { id } = await run(requestApproval(ci, asked, 'other'));
  const parents = await rotated('ci');
  expect(ledger.agent('ci-worker')).toMatchObject({ token: null, invitation: null, joinedAt: null });
  // it would have given the VM the keys of whoever had the token
  expect(ledger.approval(id)!.state).toBe('void');
  expect(await again()).toMatchObject({ state: 'uninvited', invitation: null });
  await joined({ ...made, child: 'ci', invitation: parents });
  await expect(admitted('ci-worker')).rejects.toMatchObject({ code: 'AGENT_REFUSED' });
  const back = await again();
  await joined(back);
  await admitted('ci-worker');
  const byOwner = await rotated('ci-worker');
  expect(await again()).toMatchObject({ state: 'invited', invitation: null });
  expect(ledger.agent('ci-worker')!.invitation).toBe(secretHash(byOwner.code));
  await joined({ ...back, invitation: byOwner });
  await admitted('ci-worker');
});

test('a VM in which an agent lives is neither reinstalled nor replaced', async () => {
  const { run, ci, spawned } = await withParent();
  await spawned();
  expect((await run(failureOf(planReinstall(ci, 'worker', 'digest')))).message).toBe(
    'Agent ci-worker lives in VM worker, and could call no more: its token is on that disk alone.',
  );
  const { name: _, ...more } = requestOf();
  expect(await run(codeOf(planRedeploy(ci, { ...more, reference: 'worker', name: null, replace: true })))).toBe('USAGE');
});

test('a budget above what the slice has left is refused with figures, and the owner has agents instead', async () => {
  const { owner, run, ci, planned } = await withParent();
  const plan = (await planned(ci, { limits: { maxTotalCredits: '90000' } })) as Plan<'vm spawn'>;
  expect([plan.verdict, plan.failing[0]]).toEqual([
    'deny',
    expect.objectContaining({ code: 'TOTAL_LIMIT', figure: '0.10425', limit: '0.1000' }),
  ]);
  expect(await run(codeOf(planned(owner.context)))).toBe('USAGE');
});

test('a child that could not reach the safe is refused before anything is asked', async () => {
  const { run, ci, planned } = await withParent({ servedAt: 'https://127.0.0.1:8443' });
  expect((await run(failureOf(planned(ci)))).message).toBe(
    'The safe is served at https://127.0.0.1:8443, which no VM there reaches: the child could not join.',
  );
});

test('a child whose name would be too long is refused before anything is asked', async () => {
  const { run, ci, planned } = await withParent({ name: 'a'.repeat(30) });
  expect((await run(failureOf(planned(ci, { name: 'worker-of-mine' })))).message).toMatch(/which is longer than 40 characters/);
});
