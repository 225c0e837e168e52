import { expect, test } from 'vitest';
import { extend } from '../../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import type { Ledger } from '../../../src/ports/ledger.ts';
import { create, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { type ContextOptions, openWorld, testContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';

/** Whoever writes at this point has to wait eleven seconds for the ledger's lock, so many times. */
const slowLock = async (slow: string, times: number) => {
  const world = await openWorld();
  let left = times;
  const options: ContextOptions = { world, skewMs: 0 };
  const write: Ledger['write'] = (point, change) => {
    if (point === slow && left > 0) {
      left -= 1;
      options.skewMs = (options.skewMs ?? 0) + 11_000;
    }
    return world.ledger.write(point, change);
  };
  options.ledger = { ...world.ledger, write };
  return testContext(options);
};

const balances = (requests: readonly string[]): number => requests.filter((request) => request.includes('/balance')).length;

const extended = async (context: ChangeContext) =>
  extend(context, await planExtend(context, { reference: 'ci', bySeconds: 3600, until: null, requestId: null, argumentsDigest: 'x' }));

test('product.md §1 rule 2: figures that outlive their ten seconds while the lock is waited for are read again', async () => {
  const swift = await testContext();
  await swift.run(createVm(swift.context, { crn }));
  const slow = await slowLock('create.hold', 1);
  expect(await slow.run(createVm(slow.context, { crn }))).toMatchObject({ state: 'healthy' });
  expect(balances(slow.requests)).toBeGreaterThan(balances(swift.requests));
  await slow.close();
});

test('figures that grow old twice hold nothing and send nothing', async () => {
  const t = await slowLock('create.hold', 2);
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({ code: 'PLAN_MOVED' });
  expect(t.vms()).toEqual([]);
  expect(t.requests.filter((request) => request.startsWith('POST') && request.endsWith('/messages'))).toEqual([]);
  await t.close();
});

test('an extension does not outlive its figures either', async () => {
  const t = await slowLock('extend.hold', 2);
  const vm = await t.run(createVm(t.context, { crn, name: 'ci' }));
  expect(await t.run(failureOf(extended(t.context)))).toMatchObject({ code: 'PLAN_MOVED' });
  expect(t.vms()).toMatchObject([{ expiresAt: vm.expiresAt, hold: vm.hold }]);
  expect(await t.run(extended(t.context))).toMatchObject({ changed: true });
  await t.close();
});
