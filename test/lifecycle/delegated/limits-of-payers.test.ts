import { expect, it, onTestFinished } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { called } from '../../support/approval/approved-call.ts';
import { createVm, planCreate } from '../../support/lifecycle-calls.ts';
import { delegatedContext, letRent } from '../../support/payer/payer.ts';
import { openWorld, type TestContext, testContext } from '../../support/test-context.ts';

const hour = 3_600_000;
const limits = { ...defaultLimits, maxVms: 10, creationsPerMinute: 100, maxDayCredits: 60_000n };
const rootPolicy = { path: '/etc/aleph-agent/policy.json', limits, approver: null };

const open = async () => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const t = await delegatedContext({ rootPolicy, world });
  await letRent(t);
  return t;
};

const failing = async (t: TestContext): Promise<string[]> =>
  (await t.run(planCreate(t.context, { ttlSeconds: 3 * 3600 }))).failing.map(({ code }) => code);

/** Two hours at the payer's cost, ended and billed: three more hours are beyond the day's limit. */
const usedUp = async (t: TestContext): Promise<string> => {
  const { id } = await t.run(createVm(t.context, { name: 'ci', ttlSeconds: 3 * 3600 }));
  await t.devnet.clock.advance(2 * hour);
  await called(t, 'vm destroy', { vms: ['ci'] });
  await t.devnet.clock.advance(2 * hour);
  return id;
};

it('W-023: a row that names another payer and costs nothing hides no expenses of an ended VM from the day’s limit', async () => {
  const t = await open();
  const id = await usedUp(t);
  t.ledger.write('lease.take', (transaction) =>
    transaction.updateVm(id, { payer: t.account, hold: 0n, billed: 0n, settled: true, updatedAt: 0 }),
  );
  expect(await failing(await testContext({ world: t, rootPolicy }))).toContain('DAY_LIMIT');
});

it('W-023: a lost ledger hides none either, whoever pays next, a VM of the first payer being live or not', async () => {
  const t = await open();
  await usedUp(t);
  const lost = async () => {
    const ledger = openMemoryLedger({ now: t.devnet.clock.now, network: 'devnet' });
    onTestFinished(() => ledger.close());
    return testContext({ world: { ...t, ledger }, ledger, rootPolicy });
  };
  expect(await failing(await lost())).toContain('DAY_LIMIT');
  await t.run(createVm(t.context, { name: 'live', ttlSeconds: 600 }));
  expect(await failing(await lost())).toContain('DAY_LIMIT');
});
