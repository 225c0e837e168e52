import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import { createVm } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';
import { broken, type Scene, unfinished } from './invariants.ts';
import { overLimit, surroundings, unasked } from './limits-held.ts';
import { simulate } from './simulate.ts';

/** What judges the worlds is itself judged here: each thing that could go wrong, done on purpose, is seen and named. */
describe('the invariants of a world', () => {
  let t: TestContext;
  let vm: VmRecord;
  let scene: Scene;

  beforeEach(async () => {
    t = await testContext();
    await surroundings.signatures.prepare();
    vm = await t.run(createVm(t.context, { name: 'ci' }));
    await t.run(t.devnet.clock.wait(10 * 60_000));
    scene = { world: t, ledgers: [t.ledger], notified: new Map(), strays: new Set(), budgets: new Map(), loosest: defaultLimits };
    expect(broken(scene)).toEqual([]);
  });
  afterEach(() => t.close());

  const change = (patch: Partial<VmRecord>): void =>
    void t.ledger.write('reconcile.status', (transaction) => transaction.updateVm(vm.id, patch));
  const problems = (patch: Partial<Scene> = {}): string => broken({ ...scene, ...patch }).join('\n');

  test('a VM that is billed and has no row', () => {
    expect(problems({ ledgers: [openMemoryLedger({ now: t.devnet.clock.now })] })).toContain('is billed and has no row');
  });

  test('a VM that is called terminated and billed on', () => {
    change({ state: 'stopping' });
    change({ state: 'terminated', terminatedAt: t.devnet.clock.now() });
    expect(problems()).toMatch(/is terminated and still billed\n.*is processed at host a/s);
  });

  test('a hold below what can be billed, and one above it', () => {
    change({ hold: 1n });
    expect(problems()).toContain('is held for 1 and can be billed');
    change({ hold: 10n ** 9n });
    expect(problems()).toMatch(/is held for 1000000000 and can be billed \d+ at most/);
  });

  test('a settled cost that is not what was billed', () => {
    change({ settled: true, hold: 7n });
    expect(problems()).toContain('was settled at 7 and billed');
  });

  test('another expiry than the network has', () => {
    change({ expiresAt: vm.expiresAt + 3_600_000 });
    expect(problems()).toContain('has another expiry on the network than its row');
  });

  test('more VMs, burn and money than any policy ever allowed', () => {
    const none = { maxVms: 0, maxBurnCreditsPerHour: 0n, maxDayCredits: 0n, maxTotalCredits: 0n };
    expect(problems({ loosest: none }).split('\n')).toHaveLength(4);
    change({ task: 'nightly' });
    expect(problems({ budgets: new Map([['nightly', 1n]]) })).toContain('to task nightly, whose budget is 1');
  });

  test('a node that was told twice', () => {
    expect(problems({ notified: new Map([[vm.id, 2]]) })).toContain('was notified 2 times');
  });

  test('what is left when all should be over', () => {
    expect(unfinished(scene, t.ledger, true).join('\n')).toMatch(/is still billed\n.*is left, not settled/s);
  });

  test('a limit that is passed in the moment of a commitment, and a person who was not asked', () => {
    const at = () => overLimit(t.ledger, t.account, t.devnet.clock.now(), 'nightly').join('\n');
    expect(at()).toBe('');
    change({ rate: '1000', hold: 10n ** 9n, task: 'nightly' });
    expect(at()).toMatch(/a burn of 3600000 .*\n.*on one day.*\n.*in all/);
    const asked = unasked(t.ledger, t.account, { ...t.ledger.vm(vm.id)!, ttlSeconds: 90_000 }, vm.operation).join('\n');
    expect(asked).toMatch(/nobody was asked\n.*lives for 90000 s/);
  });
});

test('a world in which something does not hold says what was done, and the command that lives it again', async () => {
  const meddle = ({ strays, ledgers, world }: Scene): void => {
    for (const { id, state } of ledgers[0]!.vms()) {
      if (state !== 'stopping' || strays.has(id)) continue;
      ledgers[0]!.write('destroy.terminated', (transaction) =>
        transaction.updateVm(id, { state: 'terminated', terminatedAt: world.devnet.clock.now(), hold: 0n }),
      );
    }
  };
  const said = await Promise.all(Array.from({ length: 6 }, (_, index) => simulate(1 + index, 1, meddle).then(() => '', String)));
  const failed = said.filter((text) => text !== '');
  expect(failed.length).toBeGreaterThan(0);
  for (const text of failed) expect(text).toMatch(/world (\d): .* vm create .*\n\nAgain: npm run simulate -- --seed \1$/s);
});
