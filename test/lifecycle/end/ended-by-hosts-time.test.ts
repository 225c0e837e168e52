import { expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { createVm } from '../../support/lifecycle-calls.ts';
import { testContext } from '../../support/test-context.ts';

const minute = 60_000;

test('R-10 a clock that is behind ends a VM no earlier than the hosts say, though no host told the time at first', async () => {
  const t = await testContext();
  const { id } = await t.run(createVm(t.context, { name: 'ci' }));
  await t.devnet.clock.advance(30 * minute);
  let isForgotten = false;
  const deaf = await testContext({
    world: t,
    ledger: t.ledger,
    skewMs: -20 * minute,
    onRequest: (request) => {
      if (request.method === 'POST') isForgotten = true;
      if (!isForgotten && request.url.endsWith('/api/v0/version')) throw new TypeError('fetch failed');
    },
  });
  expect(deaf.context.clock.now()).toBeLessThan(t.devnet.clock.now() - 19 * minute);
  const { vm } = await t.run(destroy(deaf.context, id, 'destroy'));
  expect(vm.state).toBe('terminated');
  expect(vm.terminatedAt!).toBeGreaterThan(t.devnet.clock.now() - 5 * minute);
});
