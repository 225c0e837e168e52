import { expect, test } from 'vitest';
import destroyCommand from '../../../src/commands/vm/destroy.ts';
import ls from '../../../src/commands/vm/ls.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { plainStyle } from '../../../src/surfaces/cli/print/plain-style.ts';
import { called } from '../../support/approval/approved-call.ts';
import { instancesOn } from '../../support/devnet/devnet-moves.ts';
import { createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { Death, openWorld, testContext, type World } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const isPost = (request: Request): boolean => request.method === 'POST' && request.url.endsWith('/api/v0/messages');

/** A create that somebody interrupts while its hold becomes public: at the first post, which is the head's. */
const interruptedCreate = async (world: World) => {
  let interrupt = (): void => {};
  const t = await testContext({
    world,
    onRequest: (request) => {
      if (isPost(request)) interrupt();
    },
  });
  interrupt = () => t.interrupt();
  return { t, failure: await t.run(failureOf(createVm(t.context, { name: 'w2', crn }))) };
};

test('I-05 Ctrl-C after held: nothing was posted, nothing bills, until when the hold stays, and how to go on or cancel', async () => {
  const world = await openWorld();
  const { t, failure } = await interruptedCreate(world);
  expect(failure.code).toBe('INTERRUPTED');
  expect(failure.message).toBe(
    'Interrupted before VM w2 was ordered: nothing was posted, nothing runs and nothing bills. 0.01425 USD stay held for it and are released by gc after 2026-11-20T12:15:00Z; vm destroy releases them now.',
  );
  expect(failure.details).toMatchObject({
    sideEffects: 'partial',
    exposureUsdPerHour: '0',
    fix: { command: 'aleph-agent vm wait w2' },
    facts: { heldUsd: '0.01425', releasedAt: '2026-11-20T12:15:00Z' },
  });
  expect(t.vms()).toMatchObject([{ state: 'requested', hold: 14250n }]);
  expect(instancesOn(world.devnet)).toHaveLength(0);
  await world.close();
});

test('I-05 cancelling what was held only takes no time, and what is left is shown with --all alone, in words', async () => {
  const world = await openWorld();
  await interruptedCreate(world);
  const t = await testContext({ world, seed: 2 });
  const startedAt = world.devnet.clock.now();
  const ended = await called(t, 'vm destroy', { vms: ['w2'] });
  if (ended.kind !== 'result') throw new Error('only planned');
  expect(world.devnet.clock.now() - startedAt).toBeLessThan(1_000);
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  expect(destroyCommand.text(destroyCommand.output.parse(ended.data), plainStyle('mark'))).toMatch(
    /^w2 \(\w{12}\) is cancelled: the network never took it: nothing runs, bills or is held\./,
  );

  const listed = async (all: boolean) => t.run(ls.run(t.context, { all, offline: false, limit: 50 }));
  expect((await listed(false)).items).toEqual([]);
  const whole = await listed(true);
  expect(whole.items).toMatchObject([{ name: 'w2', state: 'dormant' }]);
  expect(ls.text(whole, plainStyle('mark'))).toContain('dormant (never ran)');
  await world.close();
});

test('I-05 who let it go first is heard: the process that still makes its hold public sends nothing', async () => {
  const world = await openWorld();
  const other = await testContext({ world, seed: 2 });
  let cancelled: Promise<unknown> | null = null;
  const t = await testContext({
    world,
    onRequest: async (request) => {
      if (!isPost(request) || cancelled !== null) return;
      cancelled = destroy(other.context, world.ledger.vms()[0]!.id, 'destroy');
      await cancelled;
    },
  });
  expect(await t.run(failureOf(createVm(t.context, { name: 'w2', crn })))).toMatchObject({ code: 'INTERRUPTED' });
  expect(t.vms()).toMatchObject([{ state: 'dormant', hold: 0n, ending: 'destroy' }]);
  expect(instancesOn(world.devnet)).toHaveLength(0);
  await world.close();
});

test('I-05 where it may have left, cancelling says when the hold is released, does not wait for that, and then releases it', async () => {
  const world = await openWorld();
  const t = await testContext({
    world,
    crash: (point, when) => {
      if (point === 'create.publish' && when === 'before') throw new Death('killed while its order leaves');
    },
  });
  await t.run(createVm(t.context, { name: 'w2', crn }).catch(() => {}));
  expect(t.vms()).toMatchObject([{ state: 'requested' }]);
  const later = await testContext({ world, seed: 2 });
  // the lease of the one that died
  await later.run(world.devnet.clock.wait(30_000));
  const startedAt = world.devnet.clock.now();
  const failure = await later.run(failureOf(destroy(later.context, later.vms()[0]!.id, 'destroy')));
  expect(world.devnet.clock.now() - startedAt).toBeLessThan(10_000);
  expect(failure.code).toBe('DESTROY_INCOMPLETE');
  const { signedAt } = later.vms()[0]!;
  expect(failure.message).toMatch(
    /^No CCN host has processed VM w2, so nothing bills; .* 0\.01425 USD stay held for it until 2026-11-20T12:15:\d\dZ: /,
  );
  expect(failure.details.retryAfterSeconds).toBe(Math.ceil((signedAt + 900_000 - world.devnet.clock.now()) / 1000));
  await later.run(world.devnet.clock.wait(failure.details.retryAfterSeconds! * 1000));
  await later.run(destroy(later.context, later.vms()[0]!.id, 'destroy'));
  expect(later.vms()).toMatchObject([{ state: 'dormant', hold: 0n }]);
  await world.close();
});
