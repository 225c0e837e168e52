import { expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { create, createVm } from '../../support/lifecycle-calls.ts';
import { openWorld, type TestContext, testContext, type World } from '../../support/test-context.ts';

const latencyMs = 100;

/** A context whose network takes a tenth of a second over each answer, and when it asked for each. */
const farAway = async (): Promise<{ world: World; t: TestContext; begun: number[] }> => {
  const world = await openWorld();
  const begun: number[] = [];
  const t = await testContext({ world, onRequest: () => void begun.push(world.devnet.clock.now()) });
  t.fault(...['ccn', 'crn', 'crns-list', 'scheduler'].map((target) => `${target} latency ${latencyMs}ms`));
  return { world, t, begun };
};

/** The most requests of which each began after the one before had ended. */
const wavesOf = (begun: readonly number[]): number =>
  begun.reduce(({ count, free }, at) => (at >= free ? { count: count + 1, free: at + latencyMs } : { count, free }), { count: 0, free: 0 })
    .count;

test('R-10 an INSTANCE leaves in the fifth wave: figures, nodes and price, the head, its reading back, the message', async () => {
  const { world, t, begun } = await farAway();
  await t.run(create(t.context, {}, false));
  expect(wavesOf(begun)).toBe(5);
  expect(t.requests.filter((request) => request.startsWith('POST') && request.endsWith('/messages'))).toHaveLength(3);
  // 25 for figures, list, rules and price, three for each of three nodes, the head, the message
  expect(t.requests.length).toBeLessThanOrEqual(45);
  await world.close();
});

test('R-10 a destroy has its receipt after six waves, and asks two hosts that agree for nobody else’s word', async () => {
  const { world, t, begun } = await farAway();
  const vm = await t.run(createVm(t.context, { crn: 'http://crn-0.devnet.test' }));
  const before = t.requests.length;
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone).toMatchObject({ state: 'terminated', receipt: { nodeAnswer: 'erased', disk: 'purged', noLongerListed: true } });
  expect(gone.receipt?.forgottenBy).toHaveLength(2);
  expect(wavesOf(begun.slice(before))).toBe(6);
  const asked = t.requests.slice(before);
  expect(asked.length).toBeLessThanOrEqual(17);
  expect(asked.filter((request) => request.includes('scheduler'))).toEqual([]);
  await world.close();
});
