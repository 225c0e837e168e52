import { expect, test } from 'vitest';
import { secretHash } from '../../../src/domain/agents/invitation.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { admissionTo, join } from '../../../src/lifecycle/agents/join.ts';
import { planSpawn, type SpawnRequest } from '../../../src/lifecycle/agents/plan-spawn.ts';
import { putOut } from '../../../src/lifecycle/agents/put-out.ts';
import { type Spawned, spawn } from '../../../src/lifecycle/agents/spawn.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { destroySeveral } from '../../../src/lifecycle/end/destroy-several.ts';
import { planDestroy } from '../../../src/lifecycle/end/plan-destroy.ts';
import { readPolicy } from '../../../src/lifecycle/policy/policy-in-force.ts';
import { sliceInForce } from '../../../src/lifecycle/policy/slice-in-force.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import { letIn } from '../../support/let-in.ts';
import { codeOf, create, createVm, failureOf, requestOf } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { testContext } from '../../support/test-context.ts';

const address = { url: 'https://192.0.2.7:8443', pin: 'a'.repeat(64), uid: null };

/** The owner, and an agent that may spend 100,000 credits: seven hours of one compute unit at 14,250. */
const withParent = async () => {
  const owner = await testContext();
  const { account, ledger, devnet, run } = owner;
  putLimits(ledger, account, { maxVms: 20, creationsPerMinute: 50 });
  letIn(ledger, 'ci', { account, now: devnet.clock.now(), limits: { maxTotalCredits: '100000' } });
  const as = async (agent: string, seed: number) => (await testContext({ world: owner, agent, seed })).context;
  const ci = await as('ci', 2);
  const wish = (more: Partial<SpawnRequest> = {}): SpawnRequest => ({
    ...requestOf({ requestId: 'job-7' }),
    name: 'worker',
    limits: { maxTotalCredits: '30000' },
    ...more,
  });
  const planned = (context: ChangeContext, more: Partial<SpawnRequest> = {}) => run(planSpawn(context, wish(more)));
  /** Asks, and a person approves. */
  const spawned = async (more: Partial<SpawnRequest> = {}): Promise<Spawned> => {
    const plan = (await planned(ci, more)) as Plan<'vm spawn'>;
    expect(plan.verdict, JSON.stringify(plan.failing)).toBe('approve');
    const { id } = await run(requestApproval(ci, plan, 'spawn'));
    await run(grantApproval(ci, id, 'terminal'));
    return run(spawn(ci, (await grantedPlan(ci, 'spawn', id)) as Plan<'vm spawn'>, true, address));
  };
  const joined = async ({ child, invitation }: Spawned): Promise<ChangeContext> => {
    await run(join(owner.context, { code: invitation!.code, token: `${child} token` }));
    return as(child, 3);
  };
  const admitted = async (name: string) => (await admissionTo(owner.context, account))(ledger.agent(name)!);
  return { owner, ledger, account, devnet, run, ci, planned, spawned, joined, admitted };
};

test('W-121 a person is asked about each, however cheap, and nothing comes about without that word', async () => {
  const { ledger, run, ci, planned } = await withParent();
  const plan = (await planned(ci)) as Plan<'vm spawn'>;
  expect([plan.verdict, plan.failing.map(({ code, of }) => [code, of])]).toEqual(['approve', [['APPROVAL_NEEDED', 'child ci-worker']]]);
  expect(plan.summary).toMatch(/^Create worker: 1 CU .* and let agent ci-worker in to live in it, a child of ci: 0\.0300 USD in all$/);
  expect(await run(codeOf(spawn(ci, plan, true, address)))).toBe('APPROVAL_NEEDED');
  expect([ledger.vms(), ledger.agent('ci-worker')]).toEqual([[], null]);
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
  const { ledger, spawned } = await withParent();
  const { vm, invitation } = await spawned();
  expect(vm).toMatchObject({ name: 'worker', agent: 'ci', state: 'healthy' });
  expect(ledger.agent('ci-worker')).toMatchObject({
    parent: 'ci',
    operation: vm.operation,
    invitation: secretHash(invitation!.code),
    slice: { limits: { maxTotalCredits: '30000' }, until: vm.expiresAt, commands: [], exec: false },
  });
  const trail = ledger.effects({ point: 'agents.set' }).map(({ outcome, facts }) => [outcome, facts]);
  expect(trail).toContainEqual(['spawned', { name: 'ci-worker', parent: 'ci' }]);
  expect(ledger.firstBrokenLink()).toBeNull();
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

test('W-124 the child is out once its VM is, and with its parent', async () => {
  const { owner, ledger, account, run, ci, spawned, joined, admitted } = await withParent();
  const made = await spawned();
  const child = await joined(made);
  expect((await admitted('ci-worker')).slice.limits).toEqual({ maxTotalCredits: '30000' });
  const own = await run(createVm(child, { name: 'own', ttlSeconds: 1800 }));
  const wish = { references: ['worker'], expired: false, ofTask: null, all: false, withChildren: true };
  const plan = await run(planDestroy(ci, wish, 'digest'));
  expect(plan.subject.ids).toEqual([made.vm.id, own.id]);
  await run(destroySeveral(ci, plan));
  expect(ledger.vms().map(({ state }) => state)).toEqual(['terminated', 'terminated']);
  await expect(admitted('ci-worker')).rejects.toMatchObject({ code: 'AGENT_REFUSED' });
  expect(await run(codeOf(create(child, { ttlSeconds: 600 })))).toBe('AGENT_REFUSED');

  const again = await spawned({ ...requestOf({ requestId: 'job-8' }), name: 'second' });
  await joined(again);
  await run(putOut(owner.context, 'ci', 'suspended'));
  expect(sliceInForce(ledger, await readPolicy(owner.context, account), 'ci-second')).toBeNull();
});

test('W-124 repeated it finds the same VM and child, and invites anew who has not joined; a name is one agent for ever', async () => {
  const { ledger, run, ci, planned, spawned, joined } = await withParent();
  const made = await spawned();
  const replay = await planned(ci);
  const again = await run(spawn(ci, replay as Plan<'vm spawn'>, true, address));
  expect(again).toMatchObject({ vm: { id: made.vm.id }, child: 'ci-worker', replayed: true });
  expect(again.invitation!.code).not.toBe(made.invitation!.code);
  expect(await run(codeOf(joined(made)))).toBe('AGENT_REFUSED');
  await joined(again);
  expect((await run(spawn(ci, (await planned(ci)) as Plan<'vm spawn'>, true, address))).invitation).toBeNull();
  expect(ledger.vms()).toHaveLength(1);
  await run(destroySeveral(ci, await run(planDestroy(ci, { references: ['worker'], expired: false, ofTask: null, all: false }, 'digest'))));
  expect(await run(codeOf(planned(ci, { ...requestOf({ requestId: 'job-9' }), name: 'worker' })))).toBe('NAME_TAKEN');
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
