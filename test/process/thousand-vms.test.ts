import { expect, test } from 'vitest';
import { gcTakes, manyVms, requestsAtOnce } from '../support/devnet/many-vms.ts';
import { testContext } from '../support/test-context.ts';

/** Nodes with so many VMs each as a busy one has. */
const nodes = 40;

test('R-10 at 100 ms gc looks at a thousand live VMs, and ends two hundred expired ones, within a minute each', {
  timeout: 900_000,
}, async () => {
  const counter = requestsAtOnce();
  const t = await testContext({ ...counter.hooks, devnet: { nodes } });
  await t.run(manyVms(t, 200, 3600, 'ending'));
  await t.run(manyVms(t, 800, 6 * 3600, 'live'));
  t.fault('ccn latency 100ms', 'crns-list latency 100ms', 'scheduler latency 100ms', 'crn latency 100ms');
  const look = await gcTakes(t);
  await t.run(t.devnet.clock.wait(45 * 60_000));
  const end = await gcTakes(t);
  expect(t.ledger.vms({ states: ['terminated'] }).map(({ name }) => name.split('-')[0])).toEqual(Array(200).fill('ending'));
  expect(t.ledger.vms({ states: ['healthy'] })).toHaveLength(800);
  expect(look).toBeLessThan(60);
  expect(end).toBeLessThan(60);
  expect(counter.most()).toBeLessThanOrEqual(16);
});
