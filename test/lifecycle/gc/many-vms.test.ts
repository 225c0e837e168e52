import { expect, test } from 'vitest';
import { gcTakes, manyVms, requestsAtOnce } from '../../support/devnet/many-vms.ts';
import { testContext } from '../../support/test-context.ts';

const statesOf = (vms: readonly { state: string }[]): string[] => [...new Set(vms.map(({ state }) => state))];

test('R-10 gc looks at many VMs and ends many expired ones side by side, and asks no host more than 16 things at once', async () => {
  const counter = requestsAtOnce();
  const t = await testContext(counter.hooks);
  await t.run(manyVms(t, 1, 3600, 'first'));
  await t.run(t.devnet.clock.wait(30 * 60_000));
  await t.run(manyVms(t, 40, 3600, 'later'));
  t.fault('ccn latency 100ms', 'crns-list latency 100ms', 'scheduler latency 100ms', 'crn latency 100ms');
  expect(await gcTakes(t)).toBeLessThan(2);
  await t.run(t.devnet.clock.wait(15 * 60_000));
  const one = await gcTakes(t);
  expect(statesOf(t.ledger.vms().slice(1))).toEqual(['healthy']);
  await t.run(t.devnet.clock.wait(40 * 60_000));
  const forty = await gcTakes(t);
  expect(statesOf(t.ledger.vms())).toEqual(['terminated']);
  expect(forty).toBeLessThan(4 * one);
  expect(counter.most()).toBe(16);
});
