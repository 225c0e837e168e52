import { expect, test } from 'vitest';
import { liveStates } from '../../../src/domain/ledger/vm-record.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';
import { planRedeploy, type RedeployRequest } from '../../../src/lifecycle/create/plan-redeploy.ts';
import { type Redeployed, redeploy } from '../../../src/lifecycle/create/redeploy.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { beginIn } from '../../../src/lifecycle/end/tear-down.ts';
import { refusal } from '../../../src/lifecycle/operation/refusal.ts';
import { codeOf, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { Death, openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const minute = 60_000;

const requestOf = (reference: string, wish: Partial<RedeployRequest> = {}): RedeployRequest => {
  const request = {
    reference,
    name: null,
    ttlSeconds: null,
    replace: false,
    maxHourly: null,
    maxTotal: null,
    crn: 'auto',
    acceptTerms: false,
    requestId: null,
    ...wish,
  };
  return { ...request, argumentsDigest: argumentsDigest('vm redeploy', request) };
};

const anew = async (t: TestContext, reference: string, wish: Partial<RedeployRequest> = {}): Promise<Redeployed> => {
  const plan = await planRedeploy(t.context, requestOf(reference, wish));
  if (plan.verdict !== 'allow') throw refusal(plan.failing, plan);
  return redeploy(t.context, plan, true);
};

const live = (t: TestContext): string[] => t.ledger.vms({ states: liveStates }).map(({ name }) => name);

test('W-133 a redeploy is a create of the same size, image, keys and lifetime, with a price and a hold of its own; the old VM stays', async () => {
  const t = await testContext();
  const old = await t.run(createVm(t.context, { name: 'ci', crn, ttlSeconds: 5400, size: { computeUnits: 2, diskMib: 41_000 } }));
  await t.run(t.devnet.clock.wait(2 * minute));
  const plan = await t.run(planRedeploy(t.context, requestOf('ci')));
  expect(plan).toMatchObject({ action: 'vm redeploy', verdict: 'allow', cost: { usdPerHour: expect.any(String) } });
  expect(plan.summary).toMatch(/^Create ci-2: .*anew from the spec of ci \([0-9a-f]{12}\): no data moves; ci stays$/);
  const { vm } = await t.run(redeploy(t.context, plan, true));
  expect(vm).toMatchObject({ name: 'ci-2', state: 'healthy', spec: old.spec, ttlSeconds: 5400, hold: old.hold, rate: old.rate });
  expect(vm.id).not.toBe(old.id);
  expect(live(t)).toEqual(['ci', 'ci-2']);
  const keys = t.ledger.operations().map(({ plan: stored }) => (stored as { subject: { sshKeys: string[] } }).subject.sshKeys);
  expect(keys[1]).toEqual(keys[0]);
  await t.run(t.devnet.clock.wait(2 * minute));
  // Of a made one again, the number goes on.
  expect((await t.run(planRedeploy(t.context, requestOf('ci-2')))).summary).toMatch(/^Create ci-3: /);
});

test('of a VM that is gone the new one takes the name, and the policy counts like for any create', async () => {
  const t = await testContext();
  const old = await t.run(createVm(t.context, { name: 'ci', crn }));
  await t.run(destroy(t.context, old.id, 'destroy'));
  await t.run(t.devnet.clock.wait(2 * minute));
  expect((await t.run(anew(t, 'ci'))).vm).toMatchObject({ name: 'ci', state: 'healthy' });
  await t.run(t.devnet.clock.wait(2 * minute));
  for (const name of ['ci-2', 'ci-3']) {
    expect((await t.run(anew(t, 'ci'))).vm.name).toBe(name);
    await t.run(t.devnet.clock.wait(2 * minute));
  }
  expect(await codeOf(t.run(anew(t, 'ci')))).toBe('TOO_MANY_VMS');
  expect(await codeOf(t.run(anew(t, 'ci', { ttlSeconds: 25 * 3600 })))).toBe('TOO_MANY_VMS');
  expect(await codeOf(t.run(anew(t, 'ci', { name: 'ci-3' })))).toBe('NAME_TAKEN');
});

test('W-133 a VM that a setup script set up is redeployed without it, and plan and answer say so', async () => {
  const t = await testContext();
  const warned = (): string[] => t.warnings.splice(0).map(({ code }) => code);
  await t.run(createVm(t.context, { name: 'bare', crn }));
  await t.run(t.devnet.clock.wait(2 * minute));
  await t.run(planRedeploy(t.context, requestOf('bare')));
  expect(warned()).not.toContain('SETUP_LEFT_OUT');
  await t.run(createVm(t.context, { name: 'ci', crn, setup: 'ab'.repeat(32) }));
  await t.run(t.devnet.clock.wait(2 * minute));
  warned();
  const plan = await t.run(planRedeploy(t.context, requestOf('ci', { replace: true })));
  expect(t.warnings).toMatchObject([{ code: 'SETUP_LEFT_OUT', message: expect.stringMatching(/^VM ci .*: ci-2 comes up without it\./) }]);
  warned();
  expect(plan.subject).not.toHaveProperty('setup');
  expect((await t.run(anew(t, 'ci'))).vm).toMatchObject({ state: 'healthy' });
  expect(warned()).toContain('SETUP_LEFT_OUT');
});

test('W-133 --replace: the old VM ends only once the new one is healthy, and its name passes on', async () => {
  const t = await testContext();
  const old = await t.run(createVm(t.context, { name: 'ci', crn }));
  await t.run(t.devnet.clock.wait(2 * minute));
  const { vm, old: ended } = await t.run(anew(t, 'ci', { replace: true }));
  expect(vm).toMatchObject({ name: 'ci', state: 'healthy' });
  expect(ended).toMatchObject({ id: old.id, state: 'terminated' });
  expect(live(t)).toEqual(['ci']);
  const at = (point: string, id: string) => t.ledger.effects({ vm: id }).find((effect) => effect.point === point)!.seq;
  expect(at('destroy.begin', old.id)).toBeGreaterThan(at('create.healthy', vm.id));
  expect(t.bills().map(({ endedAt }) => endedAt !== null)).toEqual([true, false]);
});

test('W-115 --replace whose process dies at any step goes on with the same call: one new VM, the old one gone, the name passed on', async () => {
  for (const [seed, point] of [
    'create.publish:after',
    'create.healthy:after',
    'operation.end:after',
    'destroy.begin:before',
    'destroy.begin:after',
    'destroy.terminated:after',
    'redeploy.renamed:before',
    'redeploy.renamed:after',
  ].entries()) {
    const world = await openWorld();
    const first = await testContext({ world, seed });
    await first.run(createVm(first.context, { name: 'ci', crn }));
    await first.run(world.devnet.clock.wait(2 * minute));
    const t = await testContext({
      world,
      seed: seed + 100,
      crash: (at, when) => {
        if (`${at}:${when}` === point) throw new Death();
      },
    });
    await expect(t.run(anew(t, 'ci', { replace: true })), point).rejects.toThrow(Death);
    await first.run(world.devnet.clock.wait(2 * minute));
    const next = await testContext({ world, seed: seed + 200 });
    if (point !== 'redeploy.renamed:after') await next.run(anew(next, 'ci', { replace: true }));
    expect(live(next), point).toEqual(['ci']);
    expect(
      next.bills().map(({ endedAt }) => endedAt !== null),
      point,
    ).toEqual([true, false]);
    expect(world.ledger.firstBrokenLink()).toBeNull();
    await world.close();
  }
});

test('XC-02 the same --replace with its request id again answers with the same VM, and destroys nothing more', async () => {
  const t = await testContext();
  const old = await t.run(createVm(t.context, { name: 'ci', crn }));
  await t.run(t.devnet.clock.wait(2 * minute));
  const once = { replace: true, requestId: 'q9' };
  const { vm } = await t.run(anew(t, 'ci', once));
  const again = await t.run(anew(t, 'ci', once));
  expect(again).toMatchObject({
    replayed: true,
    vm: { id: vm.id, name: 'ci', state: 'healthy' },
    old: { id: old.id, state: 'terminated' },
  });
  expect(t.bills().map(({ endedAt }) => endedAt !== null)).toEqual([true, false]);
});

test('--replace keeps the old VM where the new one does not come up', async () => {
  const t = await testContext({ timeoutMs: 60 * minute });
  const old = await t.run(createVm(t.context, { name: 'ci', crn, ttlSeconds: 3 * 3600 }));
  await t.run(t.devnet.clock.wait(2 * minute));
  t.fault('scheduler never-placed', 'crn full');
  const failed = await t.run(failureOf(anew(t, 'ci', { replace: true, crn: 'http://crn-2.devnet.test' })));
  expect(failed.code).toBe('CREATE_FAILED');
  expect(t.ledger.vm(old.id)).toMatchObject({ state: 'healthy', name: 'ci' });
  expect(live(t)).toEqual(['ci']);
});

test('a call that stops waiting names the call that goes on, the replacement included', async () => {
  const t = await testContext({ timeoutMs: 5_000 });
  const patient = await testContext({ world: t, seed: 3 });
  await patient.run(createVm(patient.context, { name: 'ci', crn }));
  await t.run(t.devnet.clock.wait(2 * minute));
  const waiting = await t.run(failureOf(anew(t, 'ci', { replace: true })));
  expect(waiting).toMatchObject({ code: 'STILL_WAITING', details: { fix: { command: 'aleph-agent vm redeploy ci --replace' } } });
  expect(live(t)).toEqual(['ci', 'ci-2']);
  const { vm } = await patient.run(anew(patient, 'ci', { replace: true }));
  expect(vm.name).toBe('ci');
  expect(live(t)).toEqual(['ci']);
});

test("--replace of another task's VM asks a person, as destroying it would", async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'ci', crn, task: 'tests' }));
  await t.run(t.devnet.clock.wait(2 * minute));
  expect((await t.run(planRedeploy(t.context, requestOf('ci', { replace: true })))).verdict).toBe('approve');
  expect((await t.run(planRedeploy(t.context, requestOf('ci')))).verdict).toBe('allow');
});

test('S-16 a replaced VM counts among those destroyed at once: when planned, and when its end begins', async () => {
  const world = await openWorld();
  let meanwhile: (() => void) | null = null;
  const t = await testContext({
    world,
    crash: (point, when) => {
      if (point !== 'create.healthy' || when !== 'before') return;
      meanwhile?.();
      meanwhile = null;
    },
  });
  putLimits(t.ledger, t.account, { destroyAtOnce: 1, maxVms: 9 });
  const made: string[] = [];
  for (const name of ['ci', 'other', 'third']) {
    made.push((await t.run(createVm(t.context, { name, crn }))).id);
    await t.run(t.devnet.clock.wait(2 * minute));
  }
  const planned = await t.run(planRedeploy(t.context, requestOf('ci', { replace: true })));
  expect(planned.verdict).toBe('allow');
  // while the new one comes up another is destroyed: one a minute is all that this policy lets pass
  meanwhile = () =>
    t.ledger.write('destroy.begin', (transaction) => void beginIn(t.context, transaction, transaction.vm(made[1]!)!, 'destroy'));
  const failure = await t.run(failureOf(redeploy(t.context, planned, true)));
  expect(failure).toMatchObject({ code: 'PLAN_MOVED', message: expect.stringContaining('would be one of 2 destroyed within a minute') });
  expect(failure.details).toMatchObject({
    retryAfterSeconds: 60,
    fix: { actor: 'agent', command: 'aleph-agent vm redeploy ci --replace' },
  });
  expect(t.ledger.vms().map(({ name, state }) => [name, state])).toEqual([
    ['ci', 'healthy'],
    ['other', 'stopping'],
    ['third', 'healthy'],
    ['ci-2', 'healthy'],
  ]);
  expect((await t.run(planRedeploy(t.context, requestOf('third', { replace: true })))).failing).toMatchObject([
    { code: 'APPROVAL_NEEDED', figure: '2', limit: '1' },
  ]);
  // a minute later the same call goes on
  await t.run(t.devnet.clock.wait(2 * minute));
  expect((await t.run(anew(t, 'ci', { replace: true }))).old.state).toBe('terminated');
  await world.close();
});

test('what is coming up is waited for, not redeployed', async () => {
  const t = await testContext();
  t.fault('scheduler never-placed');
  const patient = await testContext({ world: t, seed: 3, timeoutMs: 1_000 });
  await patient.run(createVm(patient.context, { name: 'ci', crn })).catch(() => null);
  expect(await failureOf(t.run(anew(t, 'ci')))).toMatchObject({
    code: 'VM_NOT_READY',
    details: { fix: { command: 'aleph-agent vm wait ci' } },
  });
});
