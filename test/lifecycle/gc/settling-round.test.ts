import { expect, it } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { gcRound } from '../../../src/lifecycle/gc/gc-round.ts';
import { planGc } from '../../../src/lifecycle/gc/plan-gc.ts';
import { createVm } from '../../support/lifecycle-calls.ts';
import { network, type TestContext, testContext } from '../../support/test-context.ts';

/** Does a round, and returns what it warned of and how often it asked what the network is about to remove. */
const round = async (t: TestContext, arming: 'in turn' | 'not now') => {
  const items = await t.run(planGc(t.context, t.account));
  t.warnings.length = 0;
  t.requests.length = 0;
  await t.run(gcRound(t.context, t.account, items, arming));
  return { codes: t.warnings.map(({ code }) => code), looks: t.requests.filter((asked) => asked.includes('msgStatuses=removing')).length };
};

it('the round before a safe answers settles and asks for no lasting trouble, which the next round tells', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'ci', guestTimer: false }));
  expect(await round(t, 'not now')).toEqual({ codes: [], looks: 0 });
  expect(await round(t, 'in turn')).toEqual({ codes: ['TTL_NOT_ENFORCED'], looks: 2 });
});

it('what only that round can know it tells itself', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', guestTimer: false }));
  const ledger = openMemoryLedger({ now: t.devnet.clock.now, network });
  const lost = await testContext({ world: t, ledger });
  const { codes } = await round(lost, 'not now');
  expect(codes).toContain('STRAY_VMS');
  expect(ledger.vm(vm.id)).toMatchObject({ id: vm.id });
  expect((await round(lost, 'in turn')).codes).not.toContain('STRAY_VMS');
  ledger.close();
});
