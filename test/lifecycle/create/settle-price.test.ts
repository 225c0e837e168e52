import { expect, test } from 'vitest';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { agreeOnPrice, atFirstPost, priceTimes } from '../../support/devnet/devnet-moves.ts';
import { create, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { openWorld, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const planned = '3.958333333333333333';
const dearer = '5.937500000000000000';

test('product.md §1 rule 6: one host that names a dear price destroys nothing: kept, told, at that price', async () => {
  const world = await openWorld();
  const t = await testContext({ world, onRequest: atFirstPost(() => priceTimes(world.devnet, 1.5, 'b')) });
  const { vm } = await t.run(create(t.context, { crn }));
  expect(vm).toMatchObject({ state: 'healthy', rate: dearer, hold: 21375n });
  expect(t.warnings.map(({ code }) => code)).toContain('PRICE_IN_DOUBT');
  expect(t.bills()).toMatchObject([{ endedAt: null }]);

  // the liar comes back to what the other says
  agreeOnPrice(world.devnet, vm.id, { from: 'a', to: 'b' });
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'healthy', rate: planned, hold: 14250n }]);
  await world.close();
});

test('once the second host says the same, the VM goes', async () => {
  const world = await openWorld();
  const t = await testContext({ world, onRequest: atFirstPost(() => priceTimes(world.devnet, 1.5, 'b')) });
  const { vm } = await t.run(create(t.context, { crn }));
  agreeOnPrice(world.devnet, vm.id, { from: 'b', to: 'a' });
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'price' }]);
  expect(t.bills()[0]?.endedAt).not.toBeNull();
  await world.close();
});

test('a price that nobody told is asked for again', async () => {
  const world = await openWorld();
  const lift = world.fault('ccn drop-before path=/api/v0/price/ method=GET');
  const t = await testContext({ world, onRequest: atFirstPost(() => priceTimes(world.devnet, 1.5)) });
  const { vm } = await t.run(create(t.context, { crn }));
  expect(vm).toMatchObject({ state: 'healthy', rate: planned });
  lift();
  await t.run(reconcile(t.context, t.account));
  expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'price' }]);
  await world.close();
});

test('a create that is still waiting hears of the second host’s word and fails over to nothing', async () => {
  const world = await openWorld();
  world.fault('scheduler never-placed');
  const lift = world.fault('ccn-b drop-before path=/api/v0/price/ method=GET');
  const t = await testContext({ world, onRequest: atFirstPost(() => priceTimes(world.devnet, 1.5)) });
  world.devnet.clock.at(world.devnet.clock.now() + 30_000, lift);
  expect(await t.run(failureOf(createVm(t.context, { crn })))).toMatchObject({ code: 'PRICE_MOVED' });
  expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'price', attempt: 1 }]);
  await world.close();
});

test('where both hosts agree nothing is asked again', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { crn }));
  const asked = t.requests.filter((request) => request.includes('/api/v0/price/') && request.startsWith('GET'));
  await t.run(reconcile(t.context, t.account));
  expect(t.requests.filter((request) => request.includes('/api/v0/price/') && request.startsWith('GET'))).toHaveLength(asked.length);
  expect(asked.length).toBeLessThanOrEqual(3);
});
