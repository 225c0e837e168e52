import { expect, test } from 'vitest';
import { type OpenLedger, openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { usd } from '../../../src/domain/money/money.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { formatInstant } from '../../../src/domain/text/instant.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { extend } from '../../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { planTakeOver, takeOver } from '../../../src/lifecycle/gc/take-over.ts';
import { freeze } from '../../../src/lifecycle/governance/freeze.ts';
import { readPolicy } from '../../../src/lifecycle/policy/policy-in-force.ts';
import { verifyLedger } from '../../../src/lifecycle/trail/verify-ledger.ts';
import { addressOf, boss, stranger, withApprover } from '../../support/approval/approver.ts';
import { letIn } from '../../support/let-in.ts';
import { codeOf, create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { openWorld, type TestContext, testContext, type World } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const minute = 60_000;

/** What the network has of the account's own journal. */
const published = ({ devnet, account }: World): Record<string, unknown> | undefined => {
  const elements = devnet.ccn.state('a').aggregates.get(account)?.get('aleph-agent') ?? [];
  return Object.assign({}, ...elements.map(({ content }) => content))['ledger'];
};
const headOf = ({ ledger }: { ledger: OpenLedger }, { account }: World) => ledger.head({ account });
const emptyLedger = (world: World): OpenLedger => openMemoryLedger({ now: world.devnet.clock.now });

/** A person allows it, once. */
const takenOver = async (t: TestContext): Promise<unknown> => {
  const plan = await planTakeOver(t.context, t.account, 'take-over');
  if (plan.verdict === 'allow') return takeOver(t.context, plan);
  const { id } = await requestApproval(t.context, plan, 'take-over');
  await grantApproval(t.context, id, 'terminal');
  return takeOver(t.context, (await grantedPlan(t.context, 'take-over', id)) as Plan<'ledger take-over'>);
};

/** Two machines with one key: each its own ledger. */
const two = async (): Promise<{ world: World; here: TestContext; there: TestContext }> => {
  const world = await openWorld();
  const here = await testContext({ world, seed: 1 });
  const there = await testContext({ world, seed: 2, ledger: emptyLedger(world) });
  return { world, here, there };
};

test('every commitment makes the end of the audit trail public: id, rows and hash, in the account’s own journal beside the expiries', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', crn }));
  const first = headOf(t, t)!;
  expect(first).toMatchObject({ published: true, replaces: null });
  expect(published(t)).toEqual({
    id: first.id,
    rows: first.rows,
    head: first.head,
    at: formatInstant(first.at),
    approver: null,
    rootPolicy: false,
  });
  const [row] = t.ledger.effects({ before: first.rows + 1, limit: 1 });
  expect(row).toMatchObject({ point: 'create.hold', vm: vm.id, hash: first.head });

  const plan = await t.run(planExtend(t.context, { reference: 'ci', bySeconds: 600, until: null, requestId: null, argumentsDigest: 'd' }));
  await t.run(extend(t.context, plan));
  const second = headOf(t, t)!;
  expect(second).toMatchObject({ id: first.id, published: true });
  expect([second.rows > first.rows, second.at > first.at]).toEqual([true, true]);
  expect(published(t)).toMatchObject({ rows: second.rows, head: second.head });
  // The expiry stands beside it.
  const [word] = await t.run((await t.context.cloud()).accounts.journal(t.account));
  expect(word).toMatchObject({ expiries: { [vm.id]: t.ledger.vm(vm.id)!.expiresAt }, head: { rows: second.rows } });
  await t.run(create(t.context, { name: 'next', crn }, false));
  expect(await t.run(verifyLedger(t.context, null))).toMatchObject({ publishedBy: 'this', heads: [{ by: 'network', holds: true }] });
});

test('S-21 S-28 the head names the approver and tells whether the machine has a policy of its own', async () => {
  const t = await testContext();
  await withApprover(t);
  await t.run(reconcile(t.context, t.account));
  expect(published(t)).toMatchObject({ approver: addressOf(boss), rootPolicy: false });

  const governed = await testContext({
    rootPolicy: { path: '/etc/aleph-agent/policy.json', limits: defaultLimits, approver: addressOf(stranger) },
  });
  await governed.run(create(governed.context, { name: 'ci', crn, ttlSeconds: 600 }, false));
  expect(published(governed)).toMatchObject({ approver: addressOf(stranger), rootPolicy: true });
  const [word] = await governed.run((await governed.context.cloud()).accounts.journal(governed.account));
  expect(word).toMatchObject({ head: { governance: { approver: addressOf(stranger), rootPolicy: true } } });
});

test('XA-12 W-14A a second ledger of the same key spends nothing until a person takes over; then the first one does not', async () => {
  const { world, here, there } = await two();
  await world.run(createVm(here.context, { name: 'one', crn }));
  const refused = await world.run(failureOf(create(there.context, { name: 'two', crn })));
  expect(refused).toMatchObject({ code: 'LEDGER_OTHER', exit: 4 });
  expect(there.vms()).toEqual([]);
  expect(await world.run(verifyLedger(there.context, null))).toMatchObject({ publishedBy: 'another', heads: [] });

  const other = await requestApproval(there.context, await world.run(planCreate(there.context, { name: 'big' })), 'other');
  expect(await world.run(takenOver(there))).toMatchObject({ changed: true, approvalsVoided: 1, head: { published: true } });
  expect(there.ledger.approval(other.id)).toMatchObject({ state: 'void' });
  // What runs is counted here now.
  expect(there.vms()).toMatchObject([{ state: 'healthy' }]);
  await world.run(createVm(there.context, { name: 'two', crn }));
  expect(await world.run(codeOf(create(here.context, { name: 'three', crn })))).toBe('LEDGER_OTHER');
  expect(await world.run(codeOf(planExtendAndApply(here)))).toBe('LEDGER_OTHER');
  await world.close();
});

const planExtendAndApply = async ({ context }: TestContext): Promise<unknown> => {
  const plan = await planExtend(context, { reference: 'one', bySeconds: 600, until: null, requestId: null, argumentsDigest: 'd' });
  if (plan.verdict !== 'allow') return extend(context, { ...plan, verdict: 'allow' });
  return extend(context, plan);
};

test('a take-over is a person’s, and binds to the head that was public when it was allowed', async () => {
  const { world, here, there } = await two();
  await world.run(createVm(here.context, { name: 'one', crn }));
  const plan = await world.run(planTakeOver(there.context, there.account, 'd'));
  expect(plan).toMatchObject({ verdict: 'approve', consentPhrase: 'take over', failing: [{ code: 'APPROVAL_NEEDED' }] });
  expect(await world.run(codeOf(takeOver(there.context, plan)))).toBe('PLAN_MOVED');
  const { id } = await requestApproval(there.context, plan, 'd');
  await grantApproval(there.context, id, 'terminal');
  await world.run(create(here.context, { name: 'meanwhile', crn }, false));
  const approved = (await grantedPlan(there.context, 'd', id)) as Plan<'ledger take-over'>;
  expect(await world.run(codeOf(takeOver(there.context, approved)))).toBe('PLAN_MOVED');
  expect(there.ledger.approval(id)).toMatchObject({ state: 'void' });
  expect(await world.run(codeOf(create(there.context, { name: 'two', crn })))).toBe('LEDGER_OTHER');
  await world.close();
});

test('a take-over suspends every agent of the ledger: a person resumes each', async () => {
  const { world, here, there } = await two();
  await world.run(createVm(here.context, { name: 'one', crn }));
  for (const name of ['ci', 'ops']) letIn(there.ledger, name, { account: there.account, now: world.devnet.clock.now() });
  await world.run(takenOver(there));
  expect(there.ledger.agents().map(({ name, suspendedAt }) => [name, suspendedAt !== null])).toEqual([
    ['ci', true],
    ['ops', true],
  ]);
  const suspended = there.ledger.effects({ point: 'agents.set' }).map(({ outcome }) => outcome);
  expect(suspended.filter((outcome) => outcome === 'suspended')).toHaveLength(2);
  await world.close();
});

test('a take-over that cannot be made public goes on later without asking again, unless another has spent since', async () => {
  const { world, here, there } = await two();
  await world.run(createVm(here.context, { name: 'one', crn }));
  const lift = world.fault('ccn status 503 method=POST path=/api/v0/messages');
  expect(await world.run(failureOf(takenOver(there)))).toMatchObject({ code: 'HEAD_UNPUBLISHED', exit: 6 });
  expect(await world.run(codeOf(create(there.context, { name: 'two', crn })))).toBe('LEDGER_OTHER');
  lift();
  expect((await world.run(planTakeOver(there.context, there.account, 'd'))).verdict).toBe('allow');
  await world.run(reconcile(there.context, there.account));
  expect(headOf(there, world)).toMatchObject({ published: true, replaces: null });
  await world.run(createVm(there.context, { name: 'two', crn }));

  // The first machine's turn: its take-over fails, and the second one spends before it comes through.
  const again = world.fault('ccn status 503 method=POST path=/api/v0/messages');
  expect(await world.run(codeOf(takenOver(here)))).toBe('HEAD_UNPUBLISHED');
  again();
  await world.run(create(there.context, { name: 'three', crn }, false));
  await world.run(reconcile(here.context, here.account));
  expect(here.warnings.map(({ code }) => code)).toContain('HEAD_UNPUBLISHED');
  expect(published(world)).toMatchObject({ id: headOf(there, world)!.id });
  await world.close();
});

test('a freeze’s head that could not be published is warned of, and is published by the next reconcile', async () => {
  const t = await testContext();
  const lift = t.fault('ccn status 503 method=POST path=/api/v0/messages');
  await t.run(freeze(t.context));
  expect(t.warnings.map(({ code }) => code)).toContain('HEAD_UNPUBLISHED');
  expect([headOf(t, t)?.published, published(t)]).toEqual([false, undefined]);
  lift();
  await t.run(reconcile(t.context, t.account));
  const head = headOf(t, t)!;
  expect(head).toMatchObject({ published: true });
  expect(published(t)).toMatchObject({ rows: head.rows, head: head.head });
});

test.each([
  ['one host keeps silent', 'ccn-b drop-before path=/aggregates/ACCOUNT', 'BALANCE_UNREADABLE'],
  ['one host answers other types', 'ccn-b wrong-types path=/aggregates/ACCOUNT', 'BALANCE_UNREADABLE'],
  ['no host has heard of it yet', 'ccn propagation 10m', null],
])('the published head when %s', async (_case, words, code) => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'one', crn }));
  t.fault(words.replace('ACCOUNT', t.account));
  const outcome = await t.run(
    create(t.context, { name: 'two', crn }, false).then(
      () => null,
      (problem: { code: string }) => problem.code,
    ),
  );
  expect(outcome).toBe(code);
});

test('a head of no known shape is doubt: nothing is spent', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'one', crn }));
  for (const host of ['a', 'b'] as const) {
    const elements = t.devnet.ccn.state(host).aggregates.get(t.account)!.get('aleph-agent')!;
    for (const { content } of elements) if ('ledger' in content) content['ledger'] = { id: 'mine' };
  }
  expect(await t.run(codeOf(create(t.context, { name: 'two', crn })))).toBe('BALANCE_UNREADABLE');
});

test('between plan and hold another ledger spends: the hold refuses', async () => {
  const { world, here, there } = await two();
  const plan = await world.run(planCreate(there.context, { name: 'two', crn }));
  expect(plan.verdict).toBe('allow');
  await world.run(createVm(here.context, { name: 'one', crn }));
  expect(await world.run(codeOf(provision(there.context, plan, true)))).toBe('LEDGER_OTHER');
  expect(there.vms()).toEqual([]);
  await world.close();
});

test('many creates at once on one ledger: the head that is public last is the longest', async () => {
  const world = await openWorld({ nodes: 6 });
  const contexts = await Promise.all([1, 2, 3].map((seed) => testContext({ world, seed })));
  await world.run(Promise.all(contexts.map((t, index) => create(t.context, { name: `vm-${index}` }, false))));
  const head = headOf(world, world)!;
  const holds = world.ledger.effects().filter(({ point }) => point === 'create.hold');
  expect(head).toMatchObject({ rows: holds[0]!.seq, published: true });
  expect(published(world)).toMatchObject({ rows: head.rows });
  await world.run(world.devnet.clock.wait(minute));
  expect((await world.run(planCreate(contexts[0]!.context, { name: 'more' }))).failing.map(({ code }) => code)).not.toContain(
    'LEDGER_ROLLED_BACK',
  );
  await world.close();
});

test.each([24 * 60, -24 * 60])('product.md §1 rule 13: a clock moved by %i min opens no other day', async (minutes) => {
  const world = await openWorld();
  const here = await testContext({ world, seed: 1 });
  await world.run(createVm(here.context, { name: 'one', crn }));
  putLimits(world.ledger, world.account, { maxDayCredits: 20_000n });
  expect(await world.run(codeOf(create(here.context, { name: 'two', crn })))).toBe('DAY_LIMIT');
  const moved = await testContext({ world, seed: 2, skewMs: minutes * minute });
  expect(await world.run(codeOf(create(moved.context, { name: 'two', crn })))).toBe('CLOCK_UNTRUSTED');
  await world.close();
});

test('XA-12 the limits of a ledger that took over are held against what the network has billed', async () => {
  const { world, here, there } = await two();
  const vm = await world.run(createVm(here.context, { name: 'one', crn, ttlSeconds: 4 * 3600 }));
  await world.run(world.devnet.clock.wait(150 * minute));
  await world.run(destroy(here.context, vm.id, 'destroy'));
  await world.run(world.devnet.clock.wait(60 * minute));
  await world.run(takenOver(there));
  // The VM is gone and no row tells of it; its bills do.
  expect(there.vms()).toEqual([]);
  const plan = await world.run(planCreate(there.context, { name: 'two', crn }));
  const billed = BigInt(here.bills()[0]!.billedCredits.toString());
  expect(billed).toBeGreaterThan(35_000n);
  expect(plan.checks.find(({ code }) => code === 'DAY_LIMIT')).toMatchObject({ figure: usd(billed + 14_250n) });
  expect(plan.checks.find(({ code }) => code === 'TOTAL_LIMIT')).toMatchObject({ figure: usd(billed + 14_250n) });
  await world.close();
});

test('an approver’s seal is public at once: the next ledger of this account is another one, though nothing was ever spent', async () => {
  const { here, there } = await two();
  await withApprover(here);
  expect(headOf(here, here)).toMatchObject({ published: true });
  expect(await here.run(codeOf(createVm(there.context, { name: 'ci', crn })))).toBe('LEDGER_OTHER');
  await here.run(createVm(here.context, { name: 'ci', crn }));
});

test('a freeze stands where nothing could be published, and is told of', async () => {
  const t = await testContext();
  await withApprover(t);
  t.fault('ccn drop-before');
  await t.run(freeze(t.context));
  expect(t.warnings.map(({ code }) => code)).toContain('HEAD_UNPUBLISHED');
  expect((await readPolicy(t.context, t.account)).frozenSince).not.toBeNull();
});
