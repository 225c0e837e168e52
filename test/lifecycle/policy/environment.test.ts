import { expect, test } from 'vitest';
import type { Failure } from '../../../src/domain/failure/failure.ts';
import type { EffectPoint } from '../../../src/domain/ledger/effect-points.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import type { RootPolicy } from '../../../src/domain/limits/root-policy.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { resume } from '../../../src/lifecycle/create/resume.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import type { Untrusted } from '../../../src/ports/host/surroundings.ts';
import { atTerminal, withApprover } from '../../support/approval/approver.ts';
import { inPreparedEnvironment, planted } from '../../support/approval/prepared-environment.ts';
import { cli } from '../../support/cli-world.ts';
import { instancesOn, priceTimes } from '../../support/devnet/devnet-moves.ts';
import { type CreatePlan, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { Death, openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const rootPolicy: RootPolicy = { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: null };
const crn = 'http://crn-0.devnet.test';

/** The call in an environment that somebody has prepared; `pinned` tells when the program's own roots count alone. */
const prepared = (t: TestContext, { network = t.context.network, untrusted = planted as Untrusted | null } = {}) => {
  const pinned: number[] = [];
  const context = inPreparedEnvironment(t.context, { network, untrusted, onPin: () => void pinned.push(t.requests.length) });
  return { pinned, context };
};

test('S-27: on the public network, under the machine’s policy, what spends is refused in an environment that is not root’s, unasked', async () => {
  const t = await testContext({ rootPolicy });
  const { context } = prepared(t, { network: 'mainnet' });
  const failure = await t.run(failureOf(planCreate(context, { crn })));
  expect(failure).toMatchObject({
    code: 'ENVIRONMENT_UNTRUSTED',
    message: 'NODE_EXTRA_CA_CERTS is set in this environment, and /tmp/ca.pem belongs to user 1000, not to root. Nothing is spent.',
    details: { facts: { variable: 'NODE_EXTRA_CA_CERTS' } },
  });
  expect(t.requests).toEqual([]);
});

test('S-27: the program’s own roots count alone from before the first request on, and for what spends alone', async () => {
  const t = await testContext({ rootPolicy });
  const { context, pinned } = prepared(t, { network: 'mainnet', untrusted: null });
  await t.run(planCreate(context, { crn }));
  expect(pinned).toEqual([0]);
  const reader = prepared(t, { network: 'mainnet' });
  await t.run(cli('credits prices --json', { context: reader.context }));
  expect(reader.pinned).toEqual([]);
});

test('S-27: nothing changes on a devnet, or where nobody else decides; a destroy asks for nothing', async () => {
  const t = await testContext();
  const { context, pinned } = prepared(t);
  const vm = await t.run(createVm(context, { crn }));
  await withApprover(t);
  expect((await t.run(planCreate(context, { crn }))).verdict).toBe('allow');
  const longer = { reference: vm.name, bySeconds: 600, until: null, requestId: null, argumentsDigest: 'x' };
  expect((await t.run(planExtend(context, longer))).failing).toEqual([]);
  expect(pinned).toEqual([]);
  expect((await t.run(destroy(context, vm.id, 'destroy'))).vm.state).toBe('terminated');
  const alone = await testContext();
  await alone.run(planCreate(prepared(alone, { network: 'mainnet' }).context, { crn }));
});

/** A create under the machine's policy whose process is killed at this point, and `vm wait` of its VM in an environment that is not root's. */
const waitedFor = async (point: EffectPoint, when: 'before' | 'after', network: string) => {
  const world = await openWorld();
  world.fault('crn dies-mid-boot times=1');
  const t = await testContext({
    world,
    rootPolicy,
    crash: (at, side) => {
      if (at === point && side === when) throw new Death('killed');
    },
  });
  await t.run(createVm(t.context, { name: 'ci' }).catch(() => {}));
  const later = await testContext({ world, rootPolicy, seed: 2 });
  // the lease of the one that died
  await later.run(world.devnet.clock.wait(30_000));
  const { pinned, context } = prepared(later, { network });
  const from = later.requests.length;
  const ended = await later.run(
    resume(context, later.vms()[0]!).then(
      (vm) => vm.state,
      (problem: Failure) => problem.code,
    ),
  );
  const [instances, rows] = [instancesOn(world.devnet).length, later.vms().length];
  await world.close();
  return { ended, pinnedFirst: pinned[0] === from, instances, rows };
};

test('S-27: vm wait trusts the program’s own roots alone from its first request on, and sends nothing in an environment that is not root’s', async () => {
  expect(await waitedFor('create.publish', 'before', 'mainnet')).toEqual({
    ended: 'ENVIRONMENT_UNTRUSTED',
    pinnedFirst: true,
    instances: 0,
    rows: 1,
  });
  expect(await waitedFor('create.publish', 'before', 'devnet')).toMatchObject({ ended: 'healthy', pinnedFirst: false });
});

test('S-27: vm wait that finds a node dead goes on at the next one only in an environment that is root’s', async () => {
  expect(await waitedFor('create.processed', 'after', 'mainnet')).toEqual({
    ended: 'ENVIRONMENT_UNTRUSTED',
    pinnedFirst: true,
    instances: 1,
    rows: 1,
  });
  expect(await waitedFor('create.processed', 'after', 'devnet')).toMatchObject({ ended: 'healthy', instances: 2, rows: 2 });
});

test('S-27: status says whose root certificates count, and that nothing is spent', async () => {
  const status = async (t: TestContext, context: ChangeContext) => {
    const ran = (await t.run(cli('status --json --full --offline', { context }))).json();
    return { trusted: ran.data['rootCertificates'], warned: (ran['warnings'] as { code: string }[]).map(({ code }) => code) };
  };
  const guarded = await testContext({ rootPolicy });
  const { context } = prepared(guarded, { network: 'mainnet' });
  expect(await status(guarded, context)).toMatchObject({
    trusted: ['program'],
    warned: expect.arrayContaining(['ENVIRONMENT_UNTRUSTED']),
  });
  const t = await testContext();
  expect(await status(t, prepared(t).context)).toEqual({ trusted: ['program', 'NODE_EXTRA_CA_CERTS'], warned: [] });
});

test.each([0.3, 3])(
  'S-27: a price %d times the one seen last asks a person, once, where somebody else than the agent decides',
  async (times) => {
    const world = await openWorld();
    const t = await testContext({ world, rootPolicy: { ...rootPolicy, limits: { ...defaultLimits, askAboveCredits: 1_000_000n } } });
    const plan = (context: ChangeContext): Promise<CreatePlan> => t.run(planCreate(context, { crn, argumentsDigest: 'x' } as object));
    expect((await plan(t.context)).verdict).toBe('allow');
    priceTimes(world.devnet, times);
    const asks = await plan(t.context);
    const [figure, limit] = times < 1 ? ['0.004275', '0.007125'] : ['0.04275', '0.0285'];
    expect(asks).toMatchObject({ verdict: 'approve', failing: [{ code: 'PRICE_UNUSUAL', figure, limit }] });
    const { id } = await requestApproval(t.context, asks, 'vm create');
    await grantApproval(atTerminal(t.context), id, 'terminal');
    const granted = (await grantedPlan(t.context, 'vm create', null)) as CreatePlan | null;
    expect((await t.run(provision(t.context, granted!, true))).vm.state).toBe('healthy');
    // it is the one seen last from now on
    await world.devnet.clock.advance(120_000);
    expect((await plan(t.context)).verdict).toBe('allow');
    const unguarded = await testContext({ world, seed: 4 });
    priceTimes(world.devnet, 1);
    expect((await unguarded.run(planCreate(unguarded.context, { crn }))).checks.map(({ code }) => code)).not.toContain('PRICE_UNUSUAL');
    await world.close();
  },
);
