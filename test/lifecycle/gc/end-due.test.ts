import { expect, test } from 'vitest';
import { type Ends, endDue } from '../../../src/lifecycle/gc/end-due.ts';
import { moveVm } from '../../../src/lifecycle/trail/move-vm.ts';
import { createVm } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const hour = 3_600_000;

const nothingYet = (): Ends => ({ underWay: new Set(), notBefore: new Map() });

/** A healthy VM for an hour, whose hour is over. */
const expired = async (): Promise<{ t: TestContext; id: string }> => {
  const t = await testContext();
  const { id } = await t.run(createVm(t.context, { name: 'box' }));
  await t.run(t.devnet.clock.wait(hour));
  return { t, id };
};

const stateOf = ({ ledger }: TestContext, id: string) => ledger.vm(id)?.state;

test('a VM whose time is over ends although another operation holds it, and goes on holding it', async () => {
  const { t, id } = await expired();
  const { clock } = t.devnet;
  const now = clock.now();
  t.ledger.write('lease.take', (transaction) => transaction.lease(id, 'an arming in a tar pit', now, now + 10 * hour));
  await t.run(endDue(t.context, nothingYet()));
  expect(stateOf(t, id)).toBe('terminated');
  expect(clock.now() - now).toBeLessThan(10_000);
  expect(t.bills()[0]?.endedAt).not.toBeNull();
});

test('whoever held it finds the row moved, and brings nothing up again', async () => {
  const { t, id } = await expired();
  const seen = t.ledger.vm(id)!;
  await t.run(endDue(t.context, nothingYet()));
  const after = await t.run(moveVm(t.context, 'health.recorded', seen, { to: 'unreachable', outcome: 'silent' }));
  expect(after.state).toBe('terminated');
});

test('where nothing is due the network is not asked, nor what an earlier look still ends', async () => {
  const t = await testContext();
  const { id } = await t.run(createVm(t.context, { name: 'box' }));
  const offline = {
    ...t.context,
    cloud: () => {
      throw new Error('the network was asked');
    },
  };
  await t.run(endDue(offline, nothingYet()));
  await t.run(t.devnet.clock.wait(hour));
  await t.run(endDue(offline, { ...nothingYet(), underWay: new Set([id]) }));
  expect(stateOf(t, id)).toBe('healthy');
});

test('a row that says later ends it all the same, and one that says sooner does not', async () => {
  const { t, id } = await expired();
  const edit = (expiresAt: number) => t.ledger.write('health.recorded', (transaction) => transaction.updateVm(id, { expiresAt }));
  edit(t.devnet.clock.now() + 1000 * hour);
  await t.run(endDue(t.context, nothingYet()));
  expect(stateOf(t, id)).toBe('terminated');
  const other = await t.run(createVm(t.context, { name: 'other' }));
  t.ledger.write('health.recorded', (transaction) => transaction.updateVm(other.id, { expiresAt: t.devnet.clock.now() - 1 }));
  await t.run(endDue(t.context, nothingYet()));
  expect(stateOf(t, other.id)).toBe('healthy');
});

test('an end that does not come about is tried again half a minute later, and takes no lease from a teardown that is under way', async () => {
  const { t, id } = await expired();
  const ends = nothingYet();
  const lift = ['ccn-a status 502 method=POST', 'ccn-b status 502 method=POST'].map((fault) => t.fault(fault));
  await t.run(endDue(t.context, ends));
  expect([stateOf(t, id), ends.underWay.size]).toEqual(['stopping', 0]);
  const offline = {
    ...t.context,
    cloud: () => {
      throw new Error('the network was asked');
    },
  };
  await t.run(endDue(offline, ends));
  for (const each of lift) each();
  await t.run(t.devnet.clock.wait(30_000));
  await t.run(endDue(t.context, ends));
  expect([stateOf(t, id), ends.notBefore.size]).toEqual(['terminated', 0]);
});
