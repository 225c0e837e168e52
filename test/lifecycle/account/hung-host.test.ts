import { expect, test } from 'vitest';
import { create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';

test('R-07 one of two CCN hosts hangs: NETWORK_UNAVAILABLE names it, since nothing is wrong with prices', async () => {
  const t = await testContext();
  t.fault('ccn-b latency 10m');
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({
    code: 'NETWORK_UNAVAILABLE',
    exit: 6,
    message: 'ccn-b.devnet.test does not answer in time; two CCN hosts must give the same prices, and 2 are configured.',
    details: { facts: { hosts: ['ccn-b.devnet.test: no answer in time'] } },
  });
  expect(t.requests.filter((request) => request.startsWith('POST') && request.endsWith('/api/v0/messages'))).toEqual([]);
  expect(t.ledger.operations()).toEqual([]);
});

test.each([
  ['drop-before', 'ccn-b.devnet.test cannot be reached'],
  ['status 502', 'ccn-b.devnet.test answers HTTP 502'],
])('R-07 so with %s', async (fault, words) => {
  const t = await testContext();
  t.fault(`ccn-b ${fault} path=/aggregates`);
  expect(await t.run(failureOf(planCreate(t.context, { crn })))).toMatchObject({
    code: 'NETWORK_UNAVAILABLE',
    message: expect.stringContaining(words),
  });
});

test('R-07 which GPU is which: the same', async () => {
  const t = await testContext();
  t.fault('ccn-b status 503 path=/aggregates');
  const cloud = await t.context.cloud();
  expect(await t.run(failureOf(cloud.prices.gpuDevices()))).toMatchObject({
    code: 'NETWORK_UNAVAILABLE',
    message: expect.stringContaining('two CCN hosts must name the same GPUs'),
  });
});

test('R-07 one of three hangs: the other two suffice, from the plan to a healthy VM', async () => {
  const t = await testContext({ third: async (honest) => honest });
  t.fault('ccn-b latency 10m');
  expect(await t.run(createVm(t.context, { crn }))).toMatchObject({ state: 'healthy' });
});
