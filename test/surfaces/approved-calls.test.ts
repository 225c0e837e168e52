import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { exportCarrier } from '../../src/lifecycle/timers/carrier.ts';
import { planCarrier } from '../../src/lifecycle/timers/plan-carrier.ts';
import type { AlertTarget } from '../../src/ports/host/alerts.ts';
import { asked, called, signedFor } from '../support/approval/approved-call.ts';
import { addressOf, boss, withApprover } from '../support/approval/approver.ts';
import { codeOf, createVm, failureOf } from '../support/lifecycle-calls.ts';
import { strayVm } from '../support/strays/strays.ts';
import { openWorld, type TestContext, testContext } from '../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const short = (id: string): string => id.slice(0, 12);
const vmNamed = (t: TestContext, name: string) => t.vms().find((vm) => vm.name === name && vm.state !== 'terminated')!;

const sealed = async (patch: Parameters<typeof testContext>[0] = {}): Promise<TestContext> => {
  const t = await testContext(patch);
  await withApprover(t);
  return t;
};

/** Signed, done by the same call, and no second time. */
const once = async (t: TestContext, name: string, raw: Record<string, unknown>): Promise<Readonly<Record<string, string>>> => {
  const { id, shown } = await signedFor(t, name, raw);
  await called(t, name, raw, id);
  expect(t.ledger.approval(id)?.state).toBe('used');
  expect(await codeOf(called(t, name, raw, id))).toBe('APPROVAL_EXPIRED');
  return shown.message;
};

describe('XA-02 with an approver everything that asks is asked for, signed, done once, and told in words made from what is done', () => {
  test('create, extend, redeploy in its place', async () => {
    const t = await sealed();
    const created = await once(t, 'vm create', { name: 'big', cu: 2, ttl: '4h', crn, guestTimer: 'off' });
    const { spec, node } = vmNamed(t, 'big');
    expect(created).toMatchObject({
      what: `Create big: 2 CU (2 vCPU, ${spec.memoryMib} MiB, ${spec.diskMib} MiB disk) for 4h on ${short(node.hash)}`,
      mostUsd: '0.1140',
    });
    await t.run(t.devnet.clock.wait(120_000));
    const old = vmNamed(t, 'big');
    const extended = await once(t, 'vm extend', { vm: 'big', by: '1h' });
    expect(extended).toMatchObject({ what: expect.stringContaining(`Let VM ${short(old.id)} live until`), mostUsd: '0.1425' });
    const again = await once(t, 'vm redeploy', { vm: 'big', replace: true, ttl: '4h', crn: 'http://crn-2.devnet.test' });
    expect(again['what']).toMatch(
      new RegExp(`^Create big-2: 2 CU .* for 4h on .*, then destroy ${short(old.id)}; what is on its disk is lost$`),
    );
    expect(t.ledger.vm(old.id)?.state).toBe('terminated');
    expect(vmNamed(t, 'big').state).toBe('healthy');
  });

  test('XC-05 each privileged call leaves a row of the trail: whose task it was, what, and with which result', async () => {
    const t = await sealed({ task: 'nightly' });
    const since = t.ledger.effects({ limit: 1 })[0]!.seq;
    await called(t, 'vm create', { name: 'one', cu: 1, ttl: '1h', crn, guestTimer: 'off' });
    await called(t, 'vm protect', { vm: 'one' });
    await once(t, 'vm protect', { vm: 'one', off: true });
    await called(t, 'policy set', { maxVms: 2 });
    await called(t, 'freeze', {});
    await once(t, 'thaw', {});
    await called(t, 'vm destroy', { vms: ['one'] });
    const rows = t.ledger.effects({ limit: 500 }).filter(({ seq }) => seq > since);
    const told = Object.fromEntries(rows.map(({ point, outcome }) => [point, outcome]));
    expect(told).toMatchObject({
      'create.hold': 'held',
      'create.healthy': 'healthy',
      'policy.set': 'agent',
      'freeze.set': 'frozen',
      'freeze.thaw': 'thawed',
      'approval.grant': addressOf(boss),
      'approval.use': 'used',
      'destroy.begin': 'destroy',
      'destroy.terminated': 'terminated',
    });
    expect(Object.keys(told).filter((point) => point.startsWith('vm.'))).not.toEqual([]);
    expect(rows.filter(({ task, outcome }) => task !== 'nightly' || outcome === '')).toEqual([]);
    expect(t.ledger.firstBrokenLink()).toBeNull();
  });

  test('a GPU is part of what is signed', async () => {
    const t = await sealed();
    const { shown } = await asked(t, 'vm create', { name: 'train', gpu: ['rtx4000ada'], ttl: '1h' });
    expect(shown.message['what']).toContain('GPU RTX 4000 ADA');
  });

  test('S-16 the script that ends a protected VM is handed out as the VM is destroyed: once a person agreed', async () => {
    const t = await sealed();
    const out = join(t.folders.cache, 'carrier.sh');
    const { id } = await t.run(createVm(t.context, { name: 'one', crn }));
    await called(t, 'vm protect', { vm: 'one' });
    expect(await codeOf(called(t, 'gc carrier export', { vm: 'one', out }))).toBe('APPROVAL_NEEDED');
    expect(existsSync(out)).toBe(false);
    expect(await once(t, 'gc carrier export', { vm: 'one', out })).toMatchObject({
      what: `Hand out a script with which anybody can destroy VM ${short(id)} at any time`,
    });
    expect(readFileSync(out, 'utf8')).toContain(`vm=${id}`);
    rmSync(out);

    // what nobody protects is handed out unasked, another task's is not
    await t.run(createVm(t.context, { name: 'free', crn: 'http://crn-2.devnet.test' }));
    await called(t, 'gc carrier export', { vm: 'free', out });
    expect(existsSync(out)).toBe(true);
    t.ledger.write('destroy.begin', (transaction) => transaction.updateVm(vmNamed(t, 'free').id, { task: 'theirs' }));
    expect(await codeOf(called(t, 'gc carrier export', { vm: 'free', out }))).toBe('APPROVAL_NEEDED');
  });

  test('S-16 a VM that was protected since the plan was made keeps its script', async () => {
    const t = await testContext();
    await t.run(createVm(t.context, { name: 'one', crn }));
    const plan = await t.run(planCarrier(t.context, 'one', 'digest'));
    expect(plan.verdict).toBe('allow');
    await called(t, 'vm protect', { vm: 'one' });
    expect(await t.run(codeOf(exportCarrier(t.context, plan)))).toBe('PLAN_MOVED');
  });

  test('protection off, reinstall, destroy, adopt', async () => {
    const t = await sealed();
    const { id } = await t.run(createVm(t.context, { name: 'one', crn }));
    await called(t, 'vm protect', { vm: 'one' });
    expect(await once(t, 'vm protect', { vm: 'one', off: true })).toMatchObject({ what: `Take the protection from VM ${short(id)}` });
    expect(await once(t, 'vm reinstall', { vm: 'one' })).toMatchObject({ what: `Reinstall ${short(id)}; what is on its disk is lost` });
    await called(t, 'vm protect', { vm: 'one' });
    expect(await once(t, 'vm destroy', { vms: ['one'] })).toMatchObject({
      what: `Destroy ${short(id)}; what is on their disks is lost`,
    });
    expect(t.ledger.vm(id)?.state).toBe('terminated');
    const stray = await t.run(strayVm(t, { marked: false }));
    expect(await once(t, 'vm adopt', { hash: stray, ttl: '1h' })).toMatchObject({
      what: `Adopt VM ${short(stray)}, which may be destroyed then; it ends 1h later`,
    });
  });

  test('thaw, freeze --destroy-all', async () => {
    const t = await sealed();
    const { id } = await t.run(createVm(t.context, { name: 'one', crn }));
    await called(t, 'freeze', {});
    await once(t, 'thaw', {});
    expect(await t.run(failureOf(called(t, 'freeze', { destroyAll: true })))).toMatchObject({
      code: 'APPROVAL_NEEDED',
      details: { sideEffects: 'partial' },
    });
    // An agent that goes on creating while the approver is asked would never be caught up with.
    expect(await codeOf(called(t, 'vm create', { name: 'late', ttl: '1h', crn }))).toBe('FROZEN');
    expect(await once(t, 'freeze', { destroyAll: true })).toMatchObject({
      what: `Stop creation and extension, and destroy ${short(id)}; what is on their disks is lost`,
    });
    expect(t.ledger.vm(id)?.state).toBe('terminated');
  });

  test('whom gc alerts', async () => {
    const chosen: AlertTarget[] = [];
    const before = { command: null, url: null };
    const t = await sealed();
    const { host } = t.context;
    const alerts = { ...host.alerts, target: async () => before, choose: async (target: AlertTarget) => void chosen.push(target) };
    const { id, shown } = await signedFor({ ...t, context: { ...t.context, host: { ...host, alerts } } }, 'gc install', {
      alertCommand: '/bin/tell',
    });
    expect(shown.message['what']).toBe('Let gc run by itself, alerting /bin/tell');
    expect(t.ledger.approval(id)?.state).toBe('granted');
  });

  test('a ledger that takes over from another', async () => {
    const world = await openWorld();
    const here = await testContext({ world, seed: 1 });
    await world.run(createVm(here.context, { name: 'one', crn }));
    const there = await testContext({ world, seed: 2, ledger: openMemoryLedger({ now: world.devnet.clock.now }) });
    await withApprover(there);
    const { what } = await once(there, 'ledger take-over', {});
    expect(what).toMatch(/^Let this ledger spend instead of the one that did last, [0-9a-f]{12}$/);
    expect(vmNamed(there, there.vms()[0]!.name).state).toBe('healthy');
    await world.close();
  });
});
