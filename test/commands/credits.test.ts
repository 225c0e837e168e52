import { describe, expect, it } from 'vitest';
import { defaultPricing, OFFICIAL_OWNER } from '../../src/devnet/ccn/pricing/default-aggregates.ts';
import { usd } from '../../src/domain/money/money.ts';
import { formatInstant } from '../../src/domain/text/instant.ts';
import { reconcile } from '../../src/lifecycle/gc/reconcile.ts';
import { type CliRun, cli } from '../support/cli-world.ts';
import { drainTo } from '../support/devnet/devnet-moves.ts';
import { createVm, gc } from '../support/lifecycle-calls.ts';
import { giveCredits } from '../support/strays/give-credits.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

const hour = 3_600_000;
const inside =
  (t: TestContext, terminal = false) =>
  (line: string): Promise<CliRun> =>
    t.run(cli(line, { context: t.context, terminal, environment: { NO_COLOR: '1' } }));
const rowsOf = (run: CliRun) => run.json().data['items'] as Record<string, unknown>[];

/** One VM of a task that has run for three hours and is gone, one that runs. */
const worked = async (): Promise<TestContext> => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'ci', task: 'build', ttlSeconds: 3 * 3600 }));
  await t.devnet.clock.advance(3 * hour);
  await t.run(gc(t.context, t.account));
  await t.devnet.clock.advance(4 * hour);
  await t.run(createVm(t.context, { name: 'web', ttlSeconds: 7 * 3600 }));
  await t.devnet.clock.advance(6 * hour);
  return t;
};

describe('credits balance', () => {
  it('of an account without VMs: all but the guard can be spent', async () => {
    const t = await testContext();
    const run = (await inside(t)('credits balance --json --full')).json();
    expect(run.data).toEqual({
      account: t.account,
      usd: '10.0000',
      credits: '10000000',
      spendableUsd: '8.0000',
      usdPerHour: '0',
      reserveUsd: '0.0000',
      committedUsd: '0.0000',
      guardUsd: '2.0000',
      todayLeftUsd: '2.0000',
      totalLeftUsd: '5.0000',
      tasks: [],
      runwaySeconds: null,
      creditsEndAt: null,
      lots: [{ usd: '10.0000', credits: '10000000', expiresAt: null }],
    });
    expect((await inside(t)('credits balance')).stdout).toContain('unlimited (no VM is running)');
  });

  it('counts reserve, commitments and the end of credits while a VM runs (W-043, A-026)', async () => {
    const t = await testContext();
    await t.run(createVm(t.context, { name: 'ci', ttlSeconds: 4 * 3600 }));
    const run = (await inside(t)('credits balance --json --full')).json();
    expect(run.data).toMatchObject({
      usd: '10.0000',
      usdPerHour: '0.01425',
      reserveUsd: '0.3420',
      committedUsd: '0.0570',
      guardUsd: '2.0000',
      spendableUsd: '7.9430',
      runwaySeconds: 2_526_315,
    });
    expect((await inside(t)('credits balance')).stdout).toMatch(/credits end: +19 Dec \d\d:\d\d UTC/);
  });

  it('A-067: says what is left of today, of the total and of each task, as the judge counts', async () => {
    const t = await testContext({ task: 'build' });
    const call = inside(t, true);
    for (const [task, budget] of [
      ['build', '0.40'],
      ['nightly', '0.10'],
    ]) {
      expect((await call(`policy task ${task} --budget ${budget} --json`)).json().ok).toBe(true);
    }
    await t.run(createVm(t.context, { name: 'ci', task: 'build', ttlSeconds: 4 * 3600 }));
    const { data } = (await call('credits balance --json --full')).json();
    expect(data).toMatchObject({
      todayLeftUsd: '1.9430',
      totalLeftUsd: '4.9430',
      tasks: [
        { task: 'build', budgetUsd: '0.4000', leftUsd: '0.3430' },
        { task: 'nightly', budgetUsd: '0.1000', leftUsd: '0.1000' },
      ],
    });
    expect((await call('credits balance')).stdout).toMatch(/task build: +0\.\d+ of 0\.4000 USD/);
  });

  it('warns below two days of burn', async () => {
    const t = await testContext();
    await t.run(createVm(t.context, { name: 'ci', ttlSeconds: 3600 }));
    drainTo(t.devnet, t.account, 400_000n);
    const run = (await inside(t)('credits balance --json')).json();
    expect(run['warnings']).toEqual([{ code: 'RUNWAY_SHORT', message: expect.stringContaining('1d4h4m') }]);
    expect(run.data).toMatchObject({ spendableUsd: '0.0000', runwaySeconds: 101_052 });
  });

  it('shows lots with their expiry, and spends nothing that is soon gone', async () => {
    const t = await testContext();
    const { devnet, account } = t;
    devnet.ccn.distribute([{ address: account, amount: 5_000_000n, expiresAt: devnet.clock.now() + 12 * hour }]);
    await devnet.clock.advance(1000);
    const text = (await inside(t)('credits balance')).stdout;
    expect(text).toMatch(/5\.0000 USD +21 Nov 2026 00:00 UTC/);
    expect(text).toMatch(/10\.0000 USD +never/);
    expect((await inside(t)('credits balance --json')).json().data).toMatchObject({ usd: '15.0000', spendableUsd: '10.0000' });
  });

  it('says that it cannot tell when the network does not answer', async () => {
    const t = await testContext();
    t.fault('ccn-a drop-before', 'ccn-b drop-before');
    const { error } = (await inside(t)('credits balance --json')).json();
    expect(error).toMatchObject({ code: 'BALANCE_UNREADABLE', retryable: true, sideEffects: 'none' });
  });
});

describe('credits history (W-301, W-105)', () => {
  it('by day, VM, task and row comes to the same, and to what was really billed', async () => {
    const t = await worked();
    const call = inside(t);
    const billed = t.bills().reduce((sum, bill) => sum + BigInt(bill.billedCredits), 0n);
    expect(billed).toBeGreaterThan(57_000n);
    for (const by of ['day', 'vm', 'task', 'row']) {
      const rows = rowsOf(await call(`credits history --by ${by} --json --full --limit 1000`));
      expect(rows.reduce((sum, { credits }) => sum + BigInt(credits as string), 0n)).toBe(billed);
    }
    expect(rowsOf(await call('credits history --json --full')).map(({ key }) => key)).toEqual(['2026-11-20', '2026-11-21']);
    const [web, ci] = rowsOf(await call('credits history --by vm --json --full'));
    expect([web, ci]).toMatchObject([
      { name: 'web', task: null },
      { name: 'ci', task: 'build' },
    ]);
    expect(rowsOf(await call('credits history --by task --json')).map(({ key }) => key)).toEqual(['(other)', 'build']);
    const only = (await call('credits history --by row --vm ci --json')).json().data;
    expect(only['totals']).toMatchObject({ usd: ci!['usd'], by: 'row', stale: false });
  });

  it('goes on page by page', async () => {
    const call = inside(await worked());
    const whole = rowsOf(await call('credits history --by row --json --full')).map(({ key }) => key);
    const seen: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = (await call(`credits history --by row --limit 4 --json --full ${cursor}`)).json().data;
      seen.push(...(page['items'] as { key: string }[]).map(({ key }) => key));
      if (page['nextCursor'] === null) break;
      cursor = `--cursor ${page['nextCursor']}`;
    }
    expect(seen).toEqual(whole);
    expect((await call('credits history --cursor nothing --json')).json().error).toMatchObject({ code: 'USAGE' });
  });

  it('as CSV is CSV on stdout, and a field in JSON; both hold every entry', async () => {
    const call = inside(await worked());
    const text = (await call('credits history --by vm --csv --limit 1')).stdout;
    expect(text.split('\n')[0]).toBe('key,vm,name,task,usd,credits,rows,lastAt,receivedUsd,sentUsd');
    expect(text.trimEnd().split('\n')).toHaveLength(3);
    const { data } = (await call('credits history --by vm --csv --limit 1 --json')).json();
    expect([data['csv'], data['count']]).toEqual([text, 1]);
  });

  it('draws a bar for each day at a terminal, within 80 columns, and none on a pipe', async () => {
    const t = await worked();
    const drawn = (await inside(t, true)('credits history')).stdout;
    expect(drawn).toMatch(/2026-11-20 +0\.\d+ +#{39,40}/);
    expect(Math.max(...drawn.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await inside(t)('credits history')).stdout).not.toContain('#');
  });

  it('A-067: shows purchases and transfers apart from expenses, and which lot pays next', async () => {
    const t = await worked();
    const given = { credits: 2_000_000n, expiresAt: t.devnet.clock.now() + 30 * 24 * hour };
    const from = await giveCredits(t, given);
    const call = inside(t);
    const { data } = (await call('credits history --json --full')).json();
    expect(data['totals']).toMatchObject({ boughtUsd: '10.0000', receivedUsd: '2.0000', sentUsd: '0.0000' });
    expect(data['distributions']).toMatchObject([{ usd: '10.0000', expiresAt: null }]);
    expect(data['transfers']).toMatchObject([{ usd: '2.0000', counterparty: from, expiresAt: formatInstant(given.expiresAt) }]);
    const spent = t.bills().reduce((sum, bill) => sum + BigInt(bill.billedCredits), 0n);
    expect(data['lots']).toMatchObject([
      { usd: usd(10_000_000n - spent), ofUsd: '10.0000', from: '(bought)', paysNext: true },
      { usd: '2.0000', ofUsd: '2.0000', from, paysNext: false },
    ]);
    const sides = rowsOf(await call('credits history --by counterparty --json'));
    expect(sides.map(({ key, receivedUsd, sentUsd }) => [key, receivedUsd, sentUsd])).toEqual([
      ['(bought)', '10.0000', '0.0000'],
      [from, '2.0000', '0.0000'],
    ]);
    // what came belongs to no VM
    expect((await call('credits history --vm ci --json --full')).json().data).toMatchObject({ transfers: [], distributions: [] });
    const text = (await call('credits history')).stdout;
    expect(text).toMatch(/Transfers\n.*\n2026-11-21 +2\.0000 +0x/);
    expect(text).toMatch(/Left, in the order in which it is used\n/);
  });

  it('shows what the ledger took over when the network does not answer, and says so', async () => {
    const t = await worked();
    await t.run(reconcile(t.context, t.account));
    const before = rowsOf(await inside(t)('credits history --json'));
    t.fault('ccn-a drop-before', 'ccn-b drop-before');
    const run = (await inside(t)('credits history --json')).json();
    expect(run.data['items']).toEqual(before.map((row) => ({ ...row, receivedUsd: null, sentUsd: null })));
    expect(run.data['totals']).toMatchObject({ stale: true, boughtUsd: null, receivedUsd: null, sentUsd: null });
    expect(run['warnings']).toMatchObject([{ code: 'NETWORK_UNAVAILABLE' }]);
  });

  it('of an account that spent nothing is empty', async () => {
    const call = inside(await testContext());
    expect((await call('credits history --by vm --json')).json().data).toMatchObject({ items: [], count: 0, total: 0, nextCursor: null });
    expect((await call('credits history')).stdout.split('\n')[0]).toBe('Nothing was billed since 2026-10-22.');
    expect((await call('credits history --vm nobody --json')).json().error).toMatchObject({ code: 'VM_NOT_FOUND', exit: 3 });
  });
});

describe('credits prices', () => {
  it('has every size, GPUs and confidential ones too (W-031, W-166, A-069)', async () => {
    const run = await inside(await testContext())('credits prices --json --full');
    const rows = rowsOf(run);
    expect(rows.length).toBe(18);
    expect(rows[0]).toEqual({
      product: 'instance',
      tier: 'tier-1',
      model: null,
      computeUnits: 1,
      vcpus: 1,
      memoryMib: 2048,
      diskMib: 20_480,
      vramMib: null,
      usdPerHour: '0.01425',
      usdPerDay: '0.3420',
      usdPer30Days: '10.2600',
    });
    const hourly = (product: string, key: string) =>
      Object.fromEntries(rows.filter((row) => row['product'] === product).map((row) => [row[key], row['usdPerHour']]));
    expect(hourly('confidential', 'computeUnits')).toMatchObject({ 1: '0.0285', 12: '0.342' });
    expect(hourly('gpu', 'model')).toEqual({
      'RTX 4000 ADA': '0.129375',
      'RTX 3090': '0.1725',
      'RTX 4090': '0.25875',
      L40S: '0.5175',
      A100: '1.38',
      H100: '2.07',
    });
    expect((await inside(await testContext(), true)('credits prices')).stdout).toContain('RTX 4000 ADA');
  });

  it('leaves out what two hosts do not agree on, and says so', async () => {
    const t = await testContext();
    const pricing = structuredClone(defaultPricing);
    pricing.instance_gpu_premium.price.compute_unit.credit = '90000';
    t.devnet.ccn.putAggregate({ address: OFFICIAL_OWNER, key: 'pricing', content: pricing as never }, 'a');
    const run = (await inside(t)('credits prices --json')).json();
    expect(run.data['count']).toBe(12);
    expect(run['warnings']).toMatchObject([{ code: 'PRICE_UNREADABLE' }]);
    expect((await inside(t)('credits estimate --gpu H100 --json')).json().error).toMatchObject({ code: 'PRICE_UNREADABLE' });
    expect((await inside(t)('credits estimate --cu 1 --json')).json().data).toMatchObject({ usdPerHour: '0.01425' });
  });
});

describe('credits estimate (W-043, A-070)', () => {
  it.each([
    ['--cu 2 --ttl 8h', { usdPerHour: '0.0285', costUsd: '0.2280', reserveUsd: '0.6840', neededUsd: '0.9120', usdPer30Days: '20.5200' }],
    ['--cu 1 --disk 40960 --ttl 1h', { usdPerHour: '0.017929742', costUsd: '0.01793' }],
    ['--vcpus 1 --memory 2049', { vcpus: 1, memoryMib: 2049, usdPerHour: '0.0285', costUsd: '0.1140' }],
    [
      '--gpu h100 --ttl 1h',
      { gpus: ['H100'], vcpus: 24, memoryMib: 147_456, usdPerHour: '2.07', costUsd: '2.0700', reserveUsd: '49.6800' },
    ],
    ['--gpu rtx3090 --gpu rtx3090 --vcpus 1 --ttl 1h', { gpus: ['RTX 3090', 'RTX 3090'], vcpus: 1, usdPerHour: '0.345' }],
    ['--ttl 36525d', { costUsd: '12491.5500' }],
  ])('%s', async (flags, expected) => {
    const run = (await inside(await testContext())(`credits estimate ${flags} --json`)).json();
    expect(run.data).toMatchObject(expected);
  });

  it.each([
    ['--gpu RX580', /"RX580" has no price: choose one of /],
    ['--gpu H100 --cu 2', /--cu and --gpu/],
    ['--ttl 99999999d', /hundred years/],
    ['--cu 5', /--cu 5 is not offered/],
  ])('refuses %s', async (flags, message) => {
    const { error } = (await inside(await testContext())(`credits estimate ${flags} --json`)).json();
    expect(error).toMatchObject({ code: 'USAGE', exit: 2, message: expect.stringMatching(message) });
  });

  it.each([
    ['--cu 2 --ttl 8h', '--cu 2 --ttl 480m'],
    ['--vcpus 5', '--vcpus 5 --memory 10240 --ttl 240m'],
    ['--disk 40960', '--cu 1 --disk 40960 --ttl 240m'],
  ])('%s names the create that it is of', async (flags, command) => {
    const t = await testContext();
    const run = (await inside(t)(`credits estimate ${flags} --json`)).json();
    expect(run['next']).toEqual([{ command: `aleph-agent vm create ${command} --dry-run`, why: 'the full plan' }]);
    const plan = (await inside(t)(`vm create ${command} --dry-run --json`)).json();
    expect(plan.data).toMatchObject({ cost: { usdPerHour: run.data['usdPerHour'], mostUsd: run.data['costUsd'] } });
  });
});
