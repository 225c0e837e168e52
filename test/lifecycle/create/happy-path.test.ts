import { expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { create, createVm } from '../../support/lifecycle-calls.ts';
import { startAt, testContext } from '../../support/test-context.ts';

test('XA-05 XA-23 a VM comes up, says where, and is destroyed with a receipt of what was answered', async () => {
  const { context, run, ...world } = await testContext();
  const vm = await run(createVm(context, { name: 'ci', crn: 'http://crn-0.devnet.test' }));
  expect(vm).toMatchObject({ name: 'ci', state: 'healthy', attempt: 1, expiresAt: expect.any(Number), endpoint: { host: '127.0.0.1' } });
  expect(vm.expiresAt - vm.signedAt).toBe(3600_000);
  expect(world.bills()).toMatchObject([{ hash: vm.id, endedAt: null, creditsPerSecond: vm.rate }]);
  expect(world.warnings.map(({ code }) => code)).toEqual(['TTL_NOT_ENFORCED']);
  expect(world.phases).toEqual(['signed', 'held', 'posted', 'processed', 'booting', 'sshReady', 'healthy']);

  const { vm: gone, already } = await run(destroy(context, vm.id, 'destroy'));
  expect(already).toBe(false);
  expect(gone).toMatchObject({ state: 'terminated', ending: 'destroy', settled: false });
  expect(gone.receipt).toEqual({
    forgottenBy: ['http://ccn-a.devnet.test', 'http://ccn-b.devnet.test'],
    eraseRequested: true,
    nodeAnswer: 'erased',
    disk: 'purged',
    forwardsRemoved: null,
    noLongerListed: true,
  });
  const [bill] = world.bills();
  expect(bill?.endedAt).not.toBeNull();
  expect(world.warnings).toHaveLength(1);
  expect(world.phases.slice(7)).toEqual(['forgotten', 'erasing', 'gone']);

  // The hold is what can still be billed: from processed to forgotten, rounded up, far less than the hour that was held.
  const billable = (Number(bill!.creditsPerSecond) * (bill!.endedAt! - bill!.processedAt)) / 1000;
  expect(Number(gone.hold)).toBeGreaterThanOrEqual(billable);
  expect(Number(gone.hold)).toBeLessThan(billable + 50);
  expect(vm.hold).toBe(14250n);

  expect(world.ledger.operations()).toMatchObject([{ kind: 'create', state: 'succeeded', failure: null, breaker: false }]);
  expect(world.ledger.firstBrokenLink()).toBeNull();
  const points = world.ledger.effects({ vm: vm.id, limit: 100 }).map(({ point }) => point);
  expect(points.reverse()).toEqual([
    'create.hold',
    'create.published',
    'create.processed',
    'create.start',
    'create.price',
    'create.started',
    'create.healthy',
    'destroy.begin',
    'destroy.signed',
    'destroy.published',
    'destroy.erased',
    'destroy.terminated',
    'destroy.receipt',
  ]);
});

test('on a 1.x node the disk stays until its operator cleans', async () => {
  const { context, run } = await testContext();
  const vm = await run(createVm(context, { crn: 'http://crn-1.devnet.test' }));
  const { vm: gone } = await run(destroy(context, vm.id, 'destroy'));
  expect(gone.receipt).toMatchObject({ nodeAnswer: 'erased', disk: 'staysUntilOperatorCleans', noLongerListed: true });
});

test('XA-04 row, bytes and hold are committed before the first byte leaves', async () => {
  const seen: unknown[] = [];
  const { context, run, ledger } = await testContext({
    onRequest: async (request) => {
      if (request.method !== 'POST' || !request.url.endsWith('/api/v0/messages')) return;
      const sent = (await request.json()) as { message: { item_hash: string; type: string } };
      const id = sent.message.item_hash;
      const row = ledger.vm(id);
      const bytes = ledger.signed(id)?.bytes;
      if (sent.message.type === 'INSTANCE')
        seen.push({
          state: row?.state,
          hold: row?.hold,
          expiresAt: row?.expiresAt,
          same: JSON.stringify(sent) === bytes,
          operation: ledger.operation(row?.operation ?? '')?.state,
        });
      // the ledger's head is no more than its row of heads says
      else if (sent.message.type !== 'AGGREGATE') seen.push({ type: sent.message.type, recorded: JSON.stringify(sent) === bytes });
    },
  });
  const vm = await run(createVm(context, { crn: 'http://crn-0.devnet.test' }));
  await run(destroy(context, vm.id, 'destroy'));
  expect(seen).toEqual([
    { state: 'requested', hold: 14250n, expiresAt: vm.expiresAt, same: true, operation: 'running' },
    { type: 'FORGET', recorded: true },
  ]);
});

test('without waiting, the create is sent and the rest goes on', async () => {
  const { context, run, vms, bills } = await testContext();
  const { vm } = await run(create(context, { crn: 'http://crn-0.devnet.test' }, false));
  expect(vm.state).toBe('requested');
  expect(vms()).toHaveLength(1);
  expect(bills()).toHaveLength(1);
  expect(vm.signedAt).toBeGreaterThanOrEqual(startAt);
});
