import { expect, test } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { formatInstant } from '../../../src/domain/text/instant.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { extend } from '../../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { refusal } from '../../../src/lifecycle/operation/refusal.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import { codeOf, createVm, failureOf, gc } from '../../support/lifecycle-calls.ts';
import { Death, type TestContext, testContext } from '../../support/test-context.ts';

const hour = 3_600_000;

interface Wish {
  by?: number;
  until?: number;
  requestId?: string;
}

const plan = (context: ChangeContext, reference: string, wish: Wish) =>
  planExtend(context, {
    reference,
    bySeconds: wish.by ?? null,
    until: wish.until ?? null,
    requestId: wish.requestId ?? null,
    argumentsDigest: JSON.stringify(wish),
  });

const longer = async (context: ChangeContext, reference: string, wish: Wish) => {
  const planned = await plan(context, reference, wish);
  if (planned.verdict !== 'allow') throw refusal(planned.failing, planned);
  return extend(context, planned);
};

test('XA-07 an extension goes forwards only, is held and recorded before it is published, and read back from two hosts', async () => {
  const seen: unknown[] = [];
  const { context, run, ledger, account, ...world } = await testContext({
    onRequest: async (request) => {
      if (request.method !== 'POST' || !request.url.endsWith('/api/v0/messages')) return;
      const { message } = (await request.json()) as { message: { type: string; item_hash: string; item_content: string } };
      // the ledger's head goes the same way, before it
      if (message.type !== 'AGGREGATE' || message.item_content.includes('"ledger"')) return;
      const [row] = ledger.vms({ account, network: 'devnet' });
      seen.push({
        expiresAt: row?.expiresAt,
        hold: row?.hold,
        recorded: ledger.signed(message.item_hash) !== null,
        content: JSON.parse(message.item_content),
        operation: ledger.operations({ kind: 'extend' })[0]?.state,
      });
    },
  });
  const vm = await run(createVm(context, { name: 'ci' }));
  const until = vm.expiresAt + 2 * hour;
  const { vm: after, changed } = await run(longer(context, 'ci', { by: 7200 }));
  expect(changed).toBe(true);
  expect(after).toMatchObject({ expiresAt: until, ttlSeconds: 3 * 3600, hold: 42_750n, state: 'healthy' });
  expect(seen).toMatchObject([
    {
      expiresAt: until,
      hold: 42_750n,
      recorded: true,
      operation: 'running',
      content: { address: account, key: 'aleph-agent', content: { [vm.id]: { expires: formatInstant(until) } } },
    },
  ]);
  const words = await run((await context.cloud()).accounts.journal(account));
  expect(words.map(({ expiries }) => expiries)).toEqual([{ [vm.id]: until }, { [vm.id]: until }]);
  expect(ledger.operations({ kind: 'extend' })).toMatchObject([{ state: 'succeeded' }]);
  expect(ledger.firstBrokenLink()).toBeNull();

  expect(await run(longer(context, 'ci', { until }))).toMatchObject({ changed: false });
  expect(await run(codeOf(longer(context, 'ci', { until: until - 1000 })))).toBe('USAGE');
  expect(world.requests.filter((line) => line.startsWith('POST') && line.endsWith('/messages'))).toHaveLength(6);
});

test('the whole cost from creation counts: many small extensions pass no limit that one long lifetime would not', async () => {
  const { context, run } = await testContext();
  await run(createVm(context, { name: 'ci', size: { computeUnits: 2 }, ttlSeconds: 2 * 3600 }));
  await run(longer(context, 'ci', { by: 3600 }));
  const refused = await run(failureOf(longer(context, 'ci', { by: 3600 })));
  expect(refused.code).toBe('APPROVAL_NEEDED');
  expect(refused.details.checks).toMatchObject([{ figure: '0.1140', limit: '0.1000' }]);
  expect(await run(codeOf(longer(context, 'ci', { by: 22 * 3600 })))).toBe('TTL_TOO_LONG');
});

test('an approved extension takes the stored plan, once', async () => {
  const { context, run, account } = await testContext();
  const vm = await run(createVm(context, { name: 'ci' }));
  const planned = (await run(plan(context, 'ci', { by: 8 * 3600 }))) as Plan<'vm extend'>;
  expect(planned).toMatchObject({ verdict: 'approve', consentPhrase: '0.12825' });
  expect(planned.terms).toMatchObject({ account, vm: vm.id });
  const { id } = await requestApproval(context, planned, 'digest');
  await grantApproval(context, id, 'terminal');
  const approved = await grantedPlan(context, 'digest', null);
  const { vm: after } = await run(extend(context, approved as typeof planned));
  expect(after.expiresAt).toBe(vm.expiresAt + 8 * hour);
  expect(await grantedPlan(context, 'digest', null)).toBeNull();
  expect(await run(codeOf(extend(context, approved as typeof planned)))).toBe('PLAN_MOVED');
});

test('a request id extends once', async () => {
  const { context, run } = await testContext();
  const vm = await run(createVm(context, { name: 'ci' }));
  await run(longer(context, 'ci', { by: 3600, requestId: 'a' }));
  expect(await run(longer(context, 'ci', { by: 3600, requestId: 'a' }))).toMatchObject({
    changed: false,
    vm: { expiresAt: vm.expiresAt + hour },
  });
  expect(await run(codeOf(longer(context, 'ci', { by: 60, requestId: 'a' })))).toBe('REQUEST_ID_CONFLICT');
});

test('what an earlier call has done already is told while another process works on the VM', async () => {
  const { context, run, ledger } = await testContext();
  const vm = await run(createVm(context, { name: 'ci' }));
  const once = { by: 3600, requestId: 'a' };
  const { vm: extended } = await run(longer(context, 'ci', once));
  const now = context.clock.now();
  ledger.write('lease.take', (transaction) => transaction.lease(vm.id, 'another process', now, now + hour));
  expect(await run(longer(context, 'ci', once))).toEqual({ vm: extended, changed: false });
  expect(context.clock.now()).toBe(now);
});

test('XA-07 a request id extends once, also where another call with it begins and ends while the second one is planned', async () => {
  const first = await testContext();
  const vm = await first.run(createVm(first.context, { name: 'ci' }));
  const once = { by: 3600, requestId: 'a' };
  let meanwhile: Promise<unknown> | null = null;
  const second = await testContext({
    world: first,
    seed: 2,
    onRequest: async () => {
      meanwhile ??= longer(first.context, 'ci', once);
      await meanwhile;
    },
  });
  const { vm: after, changed } = await first.run(longer(second.context, 'ci', once));
  expect(meanwhile).not.toBeNull();
  expect([changed, after.expiresAt]).toEqual([false, vm.expiresAt + hour]);
  expect(first.ledger.operations({ kind: 'extend' })).toMatchObject([{ state: 'succeeded', requestId: 'a' }]);
});

test('what cannot be published leaves the old expiry in force, and says so', async () => {
  const lifts: (() => void)[] = [];
  const { context, run, fault, ledger }: TestContext = await testContext({
    crash: (point, when) => {
      if (point === 'extend.publish' && when === 'before' && lifts.length === 0)
        lifts.push(fault('ccn status 503 path=/api/v0/messages method=POST'));
    },
  });
  const vm = await run(createVm(context, { name: 'ci' }));
  const failed = await run(failureOf(longer(context, 'ci', { by: 3600 })));
  lifts[0]!();
  expect(failed).toMatchObject({ code: 'EXTENSION_UNPUBLISHED', details: { sideEffects: 'unknown' } });
  expect(failed.message).toContain(formatInstant(vm.expiresAt));
  expect(ledger.vm(vm.id)).toMatchObject({ expiresAt: vm.expiresAt, ttlSeconds: 3600 });
  expect(ledger.operations({ kind: 'extend' })).toMatchObject([{ state: 'failed', failure: 'EXTENSION_UNPUBLISHED' }]);
  expect(await run(longer(context, 'ci', { by: 3600 }))).toMatchObject({ changed: true, vm: { expiresAt: vm.expiresAt + hour } });
});

test.each([
  ['extend.hold', 'after'],
  ['extend.publish', 'before'],
  ['extend.publish', 'after'],
  ['extend.published', 'before'],
  ['extend.published', 'after'],
] as const)('a process that dies at %s:%s leaves record and network to agree after a reconcile', async (point, when) => {
  const first = await testContext();
  const vm = await first.run(createVm(first.context, { name: 'ci' }));
  const dying = await testContext({
    world: first,
    seed: 2,
    crash: (at, side) => {
      if (at === point && side === when) throw new Death();
    },
  });
  await expect(first.run(longer(dying.context, 'ci', { by: 3600 }))).rejects.toBeInstanceOf(Death);
  await first.run(first.devnet.clock.wait(31_000));
  await first.run(reconcile(first.context, first.account));
  const [word] = await first.run((await first.context.cloud()).accounts.journal(first.account));
  expect(first.ledger.vm(vm.id)?.expiresAt).toBe(vm.expiresAt + hour);
  expect(word?.expiries).toEqual({ [vm.id]: vm.expiresAt + hour });
  expect(first.ledger.operations({ kind: 'extend' })).toMatchObject([{ state: 'succeeded' }]);
});

test('XA-07 what was planned before another extension was held is not counted as that one too, though its process died', async () => {
  const first = await testContext();
  const vm = await first.run(createVm(first.context, { name: 'ci' }));
  const planned = (await first.run(plan(first.context, 'ci', { by: 3600 }))) as Plan<'vm extend'>;
  const dying = await testContext({
    world: first,
    seed: 2,
    crash: (at, side) => {
      if (at === 'extend.hold' && side === 'after') throw new Death();
    },
  });
  await expect(first.run(longer(dying.context, 'ci', { by: 3600 }))).rejects.toBeInstanceOf(Death);
  await first.run(first.devnet.clock.wait(31_000));
  expect(await first.run(codeOf(extend(first.context, planned)))).toBe('VM_BUSY');
  await first.run(reconcile(first.context, first.account));
  const done = first.ledger.operations({ kind: 'extend' }).filter(({ state }) => state === 'succeeded');
  expect(done).toHaveLength(1);
  expect(first.ledger.vm(vm.id)?.expiresAt).toBe(vm.expiresAt + hour);
});

test('recovery after more than ten minutes publishes nothing and puts the old expiry back', async () => {
  const first = await testContext();
  const vm = await first.run(createVm(first.context, { name: 'ci' }));
  const dying = await testContext({
    world: first,
    seed: 2,
    crash: (at, side) => {
      if (at === 'extend.publish' && side === 'before') throw new Death();
    },
  });
  await expect(first.run(longer(dying.context, 'ci', { by: 3600 }))).rejects.toBeInstanceOf(Death);
  await first.run(first.devnet.clock.wait(11 * 60_000));
  await first.run(reconcile(first.context, first.account));
  expect(first.ledger.vm(vm.id)?.expiresAt).toBe(vm.expiresAt);
  expect(await first.run((await first.context.cloud()).accounts.journal(first.account))).toMatchObject([
    { expiries: {} },
    { expiries: {} },
  ]);
});

test('XC-07 enforcers take the later of record and journal, on another machine too', async () => {
  const first = await testContext();
  const vm = await first.run(createVm(first.context, { name: 'ci' }));
  // A second machine with the same key: its ledger knows the VM, and not that it was extended.
  const elsewhere = openMemoryLedger({ now: first.devnet.clock.now });
  const second = await testContext({ world: first, ledger: elsewhere, seed: 3 });
  await first.run(reconcile(second.context, first.account));
  expect(elsewhere.vm(vm.id)?.expiresAt).toBe(vm.expiresAt);
  await first.run(longer(first.context, 'ci', { by: 3600 }));
  await first.run(first.devnet.clock.wait(vm.expiresAt - first.devnet.clock.now() + 60_000));
  // It looks for the timer of which it knows nothing, and ends nothing.
  expect(await first.run(gc(second.context, first.account))).toMatchObject([{ reason: 'unarmed', reached: 'healthy' }]);
  await first.run(reconcile(second.context, first.account));
  expect(elsewhere.vm(vm.id)).toMatchObject({ expiresAt: vm.expiresAt + hour, ttlSeconds: 7200, state: 'healthy' });
  // A third one that lost everything finds the extended expiry too.
  const empty = openMemoryLedger({ now: first.devnet.clock.now });
  const third = await testContext({ world: first, ledger: empty, seed: 4 });
  await first.run(reconcile(third.context, first.account));
  expect(empty.vm(vm.id)?.expiresAt).toBe(vm.expiresAt + hour);
  await first.run(first.devnet.clock.wait(hour));
  expect(await first.run(gc(second.context, first.account))).toMatchObject([{ reason: 'expired', reached: 'terminated' }]);
});

test('where fewer than two hosts tell of extensions nothing is ended by expiry, and that is said', async () => {
  const { context, run, fault, ledger, account, devnet, warnings } = await testContext();
  const vm = await run(createVm(context, { name: 'ci' }));
  await run(devnet.clock.wait(2 * hour));
  const lift = fault('ccn-b status 503 path=/api/v0/aggregates');
  warnings.length = 0;
  await run(gc(context, account));
  expect(ledger.vm(vm.id)?.state).toBe('healthy');
  expect(warnings).toMatchObject([{ code: 'JOURNAL_UNREADABLE' }]);
  lift();
  expect(await run(gc(context, account))).toMatchObject([{ reached: 'terminated' }]);
});

test('no extension of what has expired, is on its way out, or while the clock is off', async () => {
  const { context, run, devnet, ...world } = await testContext();
  const vm = await run(createVm(context, { name: 'ci' }));
  const off = await testContext({ world: { ...world, run, devnet }, skewMs: 300_000, seed: 5 });
  expect(await run(codeOf(longer(off.context, 'ci', { by: 3600 })))).toBe('CLOCK_UNTRUSTED');
  await run(devnet.clock.wait(hour));
  expect(await run(codeOf(longer(context, 'ci', { by: 3600 })))).toBe('VM_NOT_READY');
  expect(world.ledger.vm(vm.id)?.expiresAt).toBe(vm.expiresAt);
});
