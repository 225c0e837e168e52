import { expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import { called } from '../../support/approval/approved-call.ts';
import { createVm } from '../../support/lifecycle-calls.ts';
import { testContext } from '../../support/test-context.ts';

it('S-04: gc ends VMs of every account of the ledger, without their keys, and doctor names what it ends', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', guestTimer: false }));
  await t.context.keys.create({ name: 'k2', network: t.context.network, passphrase: null });
  await t.context.keys.use('k2');
  const signer: ChangeContext['keys']['signer'] = async () => {
    throw new Failure('KEY_LOCKED', 'locked');
  };
  const locked = { ...t, context: { ...t.context, keys: { ...t.context.keys, signer } } };
  await t.devnet.clock.advance(3_600_000);
  const { data } = (await called(locked, 'doctor', {})) as { data: { problems: { check: string; fix: { command: string } }[] } };
  expect(data.problems.find(({ check }) => check === 'reaper')?.fix.command).toBe('aleph-agent gc --execute');
  expect(await called(locked, 'gc', {})).toMatchObject({ data: { items: [{ name: 'ci', reason: 'expired', reached: null }] } });
  expect(await called(locked, 'gc', { execute: true })).toMatchObject({
    data: { items: [{ name: 'ci', reached: 'terminated', problem: null }] },
  });
  expect(t.bills()).toMatchObject([{ endedAt: expect.any(Number) }]);
  // an account that somebody wrote into a row keeps no other's VMs alive
  const next = await t.run(
    createVm(
      { ...t.context, keys: { ...t.context.keys, current: () => t.context.keys.entry('agent') } },
      { name: 'cd', guestTimer: false },
    ),
  );
  t.ledger.write('lease.take', (transaction) =>
    transaction.insertVm({ ...vm, id: 'e'.repeat(64), name: 'odd', account: 'nobody', state: 'healthy' }),
  );
  await t.devnet.clock.advance(3_600_000);
  await called(locked, 'gc watch', { once: true, every: '5m' });
  expect(t.ledger.vm(next.id)).toMatchObject({ state: 'terminated' });
});
