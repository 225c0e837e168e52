import { expect, it, onTestFinished } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { narrowEntry } from '../../../src/domain/grants/grant-entry.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { called } from '../../support/approval/approved-call.ts';
import { createVm, planCreate } from '../../support/lifecycle-calls.ts';
import { grantedOn } from '../../support/payer/grant-by-client.ts';
import { delegatedContext, grantsOf, letRent } from '../../support/payer/payer.ts';
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

it('W-023: what another agent has committed at the payer is not there to spend: the guard counts it', async () => {
  const t = await open();
  const guarded = async (percent: number) => {
    const settings = { ...rootPolicy, limits: { ...limits, balanceGuardPercent: percent } };
    const seen = await testContext({ world: t, payer: t.payer, rootPolicy: settings });
    return (await seen.run(planCreate(seen.context, { ttlSeconds: 3600 }))).failing.map(({ code }) => code);
  };
  // of 10 USD one hour leaves 99.8 %; a day of another agent's VM, whose use is not billed yet, 96.3 %
  expect(await guarded(97)).not.toContain('BALANCE_GUARD');
  const keys = t.keysOf(t.context.random);
  const secret = Buffer.from(t.devnet.accounts[2]!.privateKey);
  const { address } = await keys.import({ name: 'second', network: 'devnet', secret, passphrase: null });
  await grantsOf(t, [narrowEntry(t.account, grantedOn), narrowEntry(address, 'ALEPH-AGENT-bbbbbbbbbbbb')]);
  await t.settings.chooseKey('devnet', 'second');
  const other = await testContext({ world: { ...t, account: address }, payer: t.payer, rootPolicy });
  await t.run(createVm(other.context, { name: 'theirs', ttlSeconds: 3600 }));
  await t.settings.chooseKey('devnet', (await keys.list()).find((key) => key.address === t.account)!.name);
  expect(await guarded(97)).toContain('BALANCE_GUARD');
});

it('W-023: a CCN host that names another payer for what is gone hides no expenses', async () => {
  let lies = false;
  const world = await openWorld();
  onTestFinished(() => world.close());
  const t = await delegatedContext({ rootPolicy, world });
  await letRent(t);
  await usedUp(t);
  const ledger = openMemoryLedger({ now: t.devnet.clock.now, network: 'devnet' });
  onTestFinished(() => ledger.close());
  const other = t.devnet.accounts[3]!.address;
  const lost = await testContext({
    world: { ...t, ledger },
    ledger,
    rootPolicy,
    spoil: async (response, { url }) => {
      if (!url.includes('ccn-a') || !url.includes('msgStatuses=forgotten')) return response;
      lies = true;
      const { messages, ...page } = (await response.json()) as { messages: object[] };
      return Response.json({ ...page, messages: messages.map((message) => ({ ...message, owner: other })) });
    },
  });
  expect(await failing(lost)).toContain('DAY_LIMIT');
  expect(lies).toBe(true);
});
