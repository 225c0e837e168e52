import { expect, it } from 'vitest';
import { planGc } from '../../../src/lifecycle/gc/plan-gc.ts';
import { createVm } from '../../support/lifecycle-calls.ts';
import { testContext } from '../../support/test-context.ts';

it('W-023: a VM whose row names another payer than was signed is planned once', async () => {
  const t = await testContext();
  const { id } = await t.run(createVm(t.context, { name: 'ci' }));
  t.ledger.write('lease.take', (transaction) => transaction.updateVm(id, { payer: t.devnet.accounts[3]!.address }));
  expect(await t.run(planGc(t.context, t.account))).toMatchObject([{ id, reason: 'misrecorded' }]);
  t.ledger.write('lease.take', (transaction) => transaction.updateVm(id, { state: 'stopping' }));
  expect(await t.run(planGc(t.context, t.account))).toMatchObject([{ id, reason: 'halfDone' }]);
});
