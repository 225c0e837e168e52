import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { factsOf } from '../../../src/domain/ledger/effect-facts.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { sendForget } from '../../../src/lifecycle/end/send-forget.ts';
import { createVm, gc } from '../../support/lifecycle-calls.ts';
import { openWorld, type TestContext, testContext, type World } from '../../support/test-context.ts';

const sixMinutes = 6 * 60_000;

/** When the VM was made, and when the network has it as ended: by its public record, and by its bill; ms. */
const endsOf = async (t: TestContext, id: string) => {
  const answer = await t.run(t.devnet.fetch(`${t.devnet.origins.ccnA}/api/v0/messages/${id}`));
  const { message } = (await answer.json()) as { message: { time: number; forgotten_at: number } };
  return { madeAt: message.time * 1000, onRecord: message.forgotten_at * 1000, billedUntil: t.bills()[0]!.endedAt! };
};

const oldVm = async (world: World, ttlSeconds = 3600) => {
  const made = await testContext({ world });
  const vm = await made.run(createVm(made.context, { name: 'ci', ttlSeconds }));
  await world.run(world.devnet.clock.wait(sixMinutes));
  return vm;
};

test.each(['vm destroy', 'gc'] as const)('S-17 a VM that %s ends is on public record as ended then, not when it was made', async (by) => {
  const world = await openWorld();
  const vm = await oldVm(world, by === 'gc' ? 300 : 3600);
  const t = await testContext({ world });
  await t.run<unknown>(by === 'gc' ? gc(t.context, t.account) : destroy(t.context, vm.id, 'destroy'));
  const { madeAt, onRecord, billedUntil } = await endsOf(t, vm.id);
  expect(onRecord - madeAt).toBeGreaterThan(sixMinutes);
  expect(Math.abs(onRecord - billedUntil)).toBeLessThan(5_000);
  expect(t.ledger.effects({ vm: vm.id, point: 'destroy.signed' })).toHaveLength(1);
  await world.close();
});

test('S-17 whoever has no sound key at hand ends it with a FORGET signed at the create, whose time stays on record beside the bill', async () => {
  const world = await openWorld();
  const vm = await oldVm(world);
  const t = await testContext({ world });
  writeFileSync(join(world.folders.keys, 'agent.json'), 'damaged');
  const { vm: gone } = await t.run(destroy(t.context, vm.id, 'destroy'));
  expect(gone.state).toBe('terminated');
  const { madeAt, onRecord, billedUntil } = await endsOf(t, vm.id);
  expect(onRecord - madeAt).toBeLessThan(1_000);
  expect(billedUntil - madeAt).toBeGreaterThan(sixMinutes);
  expect(t.ledger.effects({ vm: vm.id, point: 'destroy.signed' })).toEqual([]);
  await world.close();
});

test('S-17 a destroy that goes on sends the FORGET that it signed before, and signs no other', async () => {
  const world = await openWorld();
  const vm = await oldVm(world);
  const cut = await testContext({ world, timeoutMs: 2_000 });
  const lift = cut.fault('ccn status 502 path=/api/v0/messages method=POST');
  await cut.run(destroy(cut.context, vm.id, 'destroy').catch(() => {}));
  lift();
  const t = await testContext({ world });
  expect((await t.run(destroy(t.context, vm.id, 'destroy'))).vm.state).toBe('terminated');
  expect(t.ledger.effects({ vm: vm.id, point: 'destroy.signed' })).toHaveLength(1);
  await world.close();
});

test('two processes that each sign a FORGET in the same millisecond sign two, and one that is on record is never signed again', async () => {
  const world = await openWorld();
  const vm = await oldVm(world);
  const t = await testContext({ world });
  const other = await testContext({ world });
  const now = t.context.clock.now();
  const statuses = [{ host: 'ccn-a', status: 'processed' as const }];
  const send = ({ context }: TestContext) =>
    sendForget(
      { ...context, clock: { ...context.clock, now: () => now } },
      { ...vm, stoppingAt: now },
      { statuses, told: new Map() },
      now + 30_000,
    );
  await t.run(Promise.all([send(t), send(other)]));
  const signed = t.ledger.effects({ vm: vm.id, point: 'destroy.signed' });
  expect(new Set(signed.map((effect) => factsOf('destroy.signed', effect).forget)).size).toBe(2);
  await world.close();
});
