import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import type { EffectPoint } from '../../../src/domain/ledger/effect-points.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { destroySeveral } from '../../../src/lifecycle/end/destroy-several.ts';
import { planDestroy } from '../../../src/lifecycle/end/plan-destroy.ts';
import { codeOf, createVm, failureOf, gc } from '../../support/lifecycle-calls.ts';
import { openWorld, type TestContext, testContext, type World } from '../../support/test-context.ts';

/** What reaches the network; every other effect point is a row of the ledger. */
const sent: readonly (EffectPoint | 'request')[] = ['request', 'destroy.publish', 'destroy.erase', 'destroy.forwards'];

const full = new Failure('LEDGER_UNREADABLE', 'The ledger cannot be used: the disk is full.');

/** A call whose ledger can be read and not written, from its first row on or from the row at this point. */
const withFullDisk = (world: World, from: EffectPoint | null): Promise<TestContext> => {
  let isFull = from === null;
  return testContext({
    world,
    crash(point, when) {
      if (when !== 'before' || sent.includes(point)) return;
      isFull ||= point === from;
      if (isFull) throw full;
    },
  });
};

const destroyByName = async (t: TestContext, ...references: string[]) =>
  destroySeveral(t.context, await planDestroy(t.context, { references, expired: false, ofTask: null, all: false }, 'digest'));

test.each([null, 'destroy.published'] as const)(
  'S-06 a VM is destroyed by a FORGET signed before where the ledger cannot be written (from: %s), and the answer says that it is off the record',
  async (from) => {
    const world = await openWorld();
    const made = await testContext({ world });
    const vm = await made.run(createVm(made.context, { name: 'ci' }));
    const t = await withFullDisk(world, from);
    const [outcome] = await t.run(destroyByName(t, 'ci'));
    expect(outcome).toMatchObject({
      problem: null,
      already: false,
      vm: { state: 'terminated', receipt: { forgottenBy: [expect.anything(), expect.anything()] } },
    });
    expect(t.warnings).toContainEqual({ code: 'OFF_THE_RECORD', message: expect.stringContaining('the disk is full') });
    expect(t.bills()).toMatchObject([{ hash: vm.id, endedAt: expect.any(Number) }]);
    expect(made.ledger.vm(vm.id)!.state).not.toBe('terminated');
    const later = await testContext({ world });
    await later.run(gc(later.context, later.account));
    await later.run(destroy(later.context, vm.id, 'destroy'));
    expect(later.ledger.vm(vm.id)).toMatchObject({ state: 'terminated' });
    await world.close();
  },
);

test('S-06 gc ends an expired VM off the record, too', async () => {
  const world = await openWorld();
  const made = await testContext({ world });
  const vm = await made.run(createVm(made.context, { name: 'ci', ttlSeconds: 600 }));
  await world.run(world.devnet.clock.wait(700_000));
  const t = await withFullDisk(world, null);
  await t.run(gc(t.context, t.account)).catch(() => {});
  expect(t.bills()).toMatchObject([{ hash: vm.id, endedAt: expect.any(Number) }]);
  await world.close();
});

test('S-06 off the record, too, a VM that has come to need a person is not destroyed', async () => {
  const world = await openWorld();
  const made = await testContext({ world });
  await made.run(createVm(made.context, { name: 'one' }));
  const t = await withFullDisk(world, null);
  const plan = await t.run(planDestroy(t.context, { references: ['one'], expired: false, ofTask: null, all: false }, 'digest'));
  made.ledger.write('vm.protect', (transaction) => transaction.updateVm(made.vms()[0]!.id, { protected: true }));
  expect(await t.run(codeOf(destroySeveral(t.context, plan)))).toBe('PLAN_MOVED');
  expect(t.bills()).toMatchObject([{ endedAt: null }]);
  await world.close();
});

test("S-06 a VM without a FORGET in the ledger is not destroyed off the record: the failure is the ledger's", async () => {
  const world = await openWorld();
  const made = await testContext({ world });
  const vm = await made.run(createVm(made.context, { name: 'ci' }));
  const t = await withFullDisk(world, null);
  const ledger = await t.context.ledger();
  const bare = { ...t.context, ledger: async () => ({ ...ledger, signedFor: () => [] }) };
  expect(await t.run(failureOf(destroy(bare, vm.id, 'destroy')))).toBe(full);
  expect(t.requests.filter((line) => line.startsWith('POST'))).toEqual([]);
  await world.close();
});
