import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { liveStates } from '../../../src/domain/ledger/vm-record.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';
import { type Adopted, adopt } from '../../../src/lifecycle/adopt/adopt.ts';
import { planAdopt } from '../../../src/lifecycle/adopt/plan-adopt.ts';
import { grantApproval, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { planDestroy } from '../../../src/lifecycle/end/plan-destroy.ts';
import { planGc } from '../../../src/lifecycle/gc/plan-gc.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { strangersVm } from '../../support/devnet/devnet-moves.ts';
import { codeOf, createVm, failureOf, gc } from '../../support/lifecycle-calls.ts';
import { strayVm } from '../../support/strays/strays.ts';
import { Death, openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const hours = (count: number) => count * 3600_000;

const request = (id: string, wish: { name?: string; ttlSeconds?: number } = {}) => ({
  reference: id,
  name: wish.name ?? null,
  ttlSeconds: wish.ttlSeconds ?? null,
  argumentsDigest: argumentsDigest('vm adopt', { hash: id, ...wish }),
});

/** As a person at a terminal lets it pass. */
const adoptApproved = async (t: TestContext, id: string, wish: { name?: string; ttlSeconds?: number } = {}): Promise<Adopted> => {
  const plan = await planAdopt(t.context, request(id, wish));
  const { id: approval } = await requestApproval(t.context, plan, request(id, wish).argumentsDigest);
  await grantApproval(t.context, approval, 'terminal');
  return adopt(t.context, { ...plan, approval });
};

const published = async (t: TestContext, id: string) =>
  (await (await t.context.cloud()).accounts.journal(t.account)).map(({ expiries }) => expiries?.[id]);

test('W-158 XA-06 XA-19 what nobody claims is listed by gc with its cost, and never touched without an adoption', async () => {
  const t = await testContext();
  const id = await t.run(strayVm(t, { marked: false }));
  await t.run(t.devnet.clock.wait(hours(2)));
  expect(await t.run(gc(t.context, t.account))).toMatchObject([
    { id, reason: 'unclaimed', state: 'unrecorded', usdPerHour: '0.01425', reached: null, name: 'somebodys-box' },
  ]);
  const [item] = await t.run(planGc(t.context, t.account));
  expect(Number(item!.billedUsd)).toBeGreaterThan(0.014);
  expect(t.vms()).toEqual([]);
  expect(t.bills()[0]?.endedAt).toBeNull();
  expect(t.requests.filter((line) => line.startsWith('POST') && line.includes('/messages'))).toHaveLength(1);
});

test('W-158 an unmarked VM is adopted by a person: its end is public on two hosts before the row is there, and then it can be destroyed', async () => {
  const t = await testContext();
  const id = await t.run(strayVm(t, { marked: false }));
  await t.run(t.devnet.clock.wait(hours(1)));
  const plan = await t.run(planAdopt(t.context, request(id)));
  expect(plan).toMatchObject({
    verdict: 'approve',
    cost: { usdPerHour: '0.01425', mostUsd: '0.0570' },
    consentPhrase: `adopt ${id.slice(0, 12)}`,
  });
  expect(await codeOf(t.run(adopt(t.context, plan)))).toBe('APPROVAL_NEEDED');
  expect(t.ledger.vm(id)).toBeNull();
  expect(await published(t, id)).toEqual([undefined, undefined]);

  const { vm, changed } = await t.run(adoptApproved(t, id, { name: 'mine', ttlSeconds: 3600 }));
  expect(changed).toBe(true);
  expect(vm).toMatchObject({ name: 'mine', state: 'healthy', account: t.account, payer: t.account, rate: '3.958333333333333333' });
  expect(vm.endpoint).not.toBeNull();
  // The hold is its whole cost, what it cost before included.
  expect(vm.hold).toBeGreaterThan(2n * 14_200n);
  expect(await published(t, id)).toEqual([vm.expiresAt, vm.expiresAt]);
  expect(t.ledger.operations({ kind: 'adopt' })).toMatchObject([{ state: 'succeeded' }]);
  expect(await t.run(planGc(t.context, t.account))).toEqual([]);
  const again = await t.run(planAdopt(t.context, request(id)));
  expect(await t.run(adopt(t.context, again))).toMatchObject({ changed: false, vm: { id } });

  expect(await t.run(destroy(t.context, id, 'destroy'))).toMatchObject({ vm: { state: 'terminated' } });
  expect(t.bills()[0]?.endedAt).not.toBeNull();
  expect(t.ledger.firstBrokenLink()).toBeNull();
});

test('W-158 a marked VM that the ledger lacks needs nobody: its end is on record, and cannot be moved by adopting it', async () => {
  const t = await testContext();
  const expiresAt = t.devnet.clock.now() + hours(3);
  const id = await t.run(strayVm(t, { marked: true, expiresAt }));
  expect(await t.run(planGc(t.context, t.account))).toMatchObject([{ id, reason: 'unknownToLedger', usdPerHour: '0.01425' }]);
  expect(await codeOf(t.run(planAdopt(t.context, request(id, { ttlSeconds: 7200 }))))).toBe('USAGE');
  const plan = await t.run(planAdopt(t.context, request(id.slice(0, 8))));
  expect(plan.verdict).toBe('allow');
  await t.run(t.devnet.clock.wait(120_000));
  const { vm } = await t.run(adopt(t.context, plan));
  expect(vm).toMatchObject({ expiresAt, state: 'healthy', hold: 42_750n });
  // Nothing had to be published.
  expect(await published(t, id)).toEqual([undefined, undefined]);
});

test('an adopted end is within the longest lifetime of the policy, however it is asked for', async () => {
  const t = await testContext();
  const id = await t.run(strayVm(t, { marked: false }));
  const plan = await t.run(planAdopt(t.context, request(id, { ttlSeconds: 25 * 3600 })));
  expect(plan).toMatchObject({ verdict: 'deny' });
  expect(plan.failing.map(({ code }) => code)).toEqual(['TTL_TOO_LONG', 'APPROVAL_NEEDED']);
  const refused = await t.run(failureOf(adopt(t.context, { ...plan, verdict: 'allow' })));
  expect(refused.code).toBe('TTL_TOO_LONG');
  expect(t.ledger.vm(id)).toBeNull();
});

test('XA-19 every VM of the account is seen, however many pages that takes', async () => {
  const t = await testContext();
  const id = await t.run(strayVm(t, { marked: false, node: 1 }));
  for (const host of ['a', 'b'] as const) {
    const { messages } = t.devnet.ccn.state(host);
    const row = messages.get(id)!;
    for (let later = 1; later <= 230; later += 1) {
      const content = { ...JSON.parse(row.envelope.item_content!), time: row.envelope.time + later / 1000 };
      const item_content = JSON.stringify(content);
      const item_hash = createHash('sha256').update(item_content).digest('hex');
      messages.set(item_hash, { ...row, content, envelope: { ...row.envelope, item_hash, item_content, time: content.time } });
    }
  }
  expect(await t.run((await t.context.cloud()).messages.listSentBy(t.account))).toHaveLength(231);
  expect(t.requests.filter((line) => line.includes('page=2'))).not.toEqual([]);
});

test("XA-19 another account's VM is NOT_OURS; what is gone, or not there, is not found", async () => {
  const t = await testContext();
  const strange = await t.run(strangersVm(t.devnet, t.context, 1));
  expect(await codeOf(t.run(planAdopt(t.context, request(strange))))).toBe('NOT_OURS');
  expect(await codeOf(t.run(planAdopt(t.context, request('ab'.repeat(32)))))).toBe('VM_NOT_FOUND');
});

test('one host alone is not believed: nothing is adopted on it', async () => {
  const t = await testContext();
  const id = await t.run(strayVm(t, { marked: false }));
  const lift = t.fault('ccn-b status 503 path=/status');
  expect(await codeOf(t.run(planAdopt(t.context, request(id))))).toBe('NETWORK_UNAVAILABLE');
  lift();
  t.fault('ccn-b status 503 path=/aggregates/');
  expect(await codeOf(t.run(planAdopt(t.context, request(id))))).toBe('JOURNAL_UNREADABLE');
});

test('an end that cannot be published is none: the VM is not adopted, and not ended by it', async () => {
  const t = await testContext();
  const id = await t.run(strayVm(t, { marked: false }));
  const lift = t.fault('ccn status 503 path=/api/v0/messages method=POST');
  const failed = await t.run(failureOf(adoptApproved(t, id, { ttlSeconds: 3600 })));
  expect(failed).toMatchObject({ code: 'ADOPTION_UNPUBLISHED' });
  expect(t.ledger.vm(id)).toBeNull();
  expect(t.ledger.operations({ kind: 'adopt' })).toMatchObject([{ state: 'failed', failure: 'ADOPTION_UNPUBLISHED' }]);
  lift();
  await t.run(t.devnet.clock.wait(hours(1.1)));
  expect(await t.run(gc(t.context, t.account))).toMatchObject([{ id, reason: 'unclaimed' }]);
  expect(t.bills()[0]?.endedAt).toBeNull();
});

test('W-113 W-115 an adoption that died after its end was public is finished by reconcile, with its name; an earlier death leaves nothing', async () => {
  const world = await openWorld();
  for (const point of ['adopt.publish:before', 'adopt.publish:after'] as const) {
    const t = await testContext({
      world,
      seed: point.length,
      crash: (at, when) => {
        if (`${at}:${when}` === point) throw new Death();
      },
    });
    const id = await t.run(strayVm(t, { marked: false, node: point.endsWith('after') ? 0 : 1 }));
    await expect(t.run(adoptApproved(t, id, { name: 'mine', ttlSeconds: 3600 }))).rejects.toThrow(Death);
    await t.run(t.devnet.clock.wait(31_000));
    const next = await testContext({ world });
    await t.run(reconcile(next.context, next.account));
    const row = next.ledger.vm(id);
    if (point.endsWith('before')) expect(row).toBeNull();
    else expect(row).toMatchObject({ name: 'mine', state: 'healthy', ttlSeconds: expect.any(Number) });
    expect(next.ledger.operations({ kind: 'adopt', state: 'running' })).toEqual([]);
    expect(next.ledger.firstBrokenLink()).toBeNull();
  }
  expect(
    world.ledger
      .operations({ kind: 'adopt' })
      .map(({ state }) => state)
      .sort(),
  ).toEqual(['failed', 'succeeded']);
  await world.close();
});

test('two adoptions at once are one', async () => {
  const world = await openWorld();
  const [a, b] = [await testContext({ world, seed: 1 }), await testContext({ world, seed: 2 })];
  const id = await a.run(strayVm(a, { marked: true }));
  const plans = await Promise.all([a, b].map((t) => t.run(planAdopt(t.context, request(id)))));
  const done = await world.run(Promise.all([adopt(a.context, plans[0]!), adopt(b.context, plans[1]!)]));
  expect(done.map(({ changed }) => changed).sort()).toEqual([false, true]);
  expect(world.ledger.vms()).toHaveLength(1);
  await world.close();
});

test('W-113 a lost ledger finds adopted VMs by the journal: an unmarked one is claimed by its published end', async () => {
  const world = await openWorld();
  const t = await testContext({ world });
  const id = await t.run(strayVm(t, { marked: false }));
  const { vm } = await t.run(adoptApproved(t, id, { ttlSeconds: 7200 }));
  const ledger = openMemoryLedger({ now: world.devnet.clock.now });
  const after = await testContext({ world, ledger });
  await world.run(reconcile(after.context, after.account));
  expect(ledger.vm(id)).toMatchObject({ expiresAt: vm.expiresAt, state: 'healthy', endpoint: vm.endpoint });
  expect(after.warnings.map(({ code }) => code)).toContain('NAMES_LOST');
  ledger.close();
  await world.close();
});

test('vm destroy of a VM that only the network knows points to vm adopt', async () => {
  const t = await testContext();
  const id = await t.run(strayVm(t, { marked: false }));
  const choice = { references: [id.slice(0, 12)], expired: false, ofTask: null, all: false };
  const failed = await t.run(failureOf(planDestroy(t.context, choice, 'digest')));
  expect(failed).toMatchObject({ code: 'VM_NOT_FOUND', details: { fix: { command: `aleph-agent vm adopt ${id.slice(0, 12)}` } } });
  t.fault('ccn drop-before');
  const offline = await t.run(failureOf(planDestroy(t.context, choice, 'digest')));
  expect(offline).toMatchObject({ code: 'VM_NOT_FOUND', details: { fix: { command: 'aleph-agent vm ls --all' } } });
});

test('an adopted VM counts like any other: three live ones leave no room for a fourth', async () => {
  const t = await testContext();
  for (const node of [0, 1])
    await t.run(createVm(t.context, { crn: `http://crn-${node}.devnet.test` }).then(() => t.devnet.clock.wait(61_000)));
  const id = await t.run(strayVm(t, { marked: true, node: 2 }));
  await t.run(adopt(t.context, await planAdopt(t.context, request(id))));
  expect(t.ledger.vms({ states: liveStates })).toHaveLength(3);
  expect(await codeOf(t.run(createVm(t.context)))).toBe('TOO_MANY_VMS');
});
