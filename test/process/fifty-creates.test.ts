import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import create from '../../src/commands/vm/create.ts';
import { type FailureCode, failureCodes } from '../../src/domain/failure/failure-codes.ts';
import { liveStates } from '../../src/domain/ledger/vm-record.ts';
import { defaultLimits, type Limits } from '../../src/domain/limits/limits.ts';
import { Exact } from '../../src/domain/money/exact.ts';
import { creditsPerHour } from '../../src/domain/money/money.ts';
import type { Ended } from '../support/aleph-process.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';
import { putLimits } from '../support/put-limits.ts';

/** 1 CU for the usual 4 h, at the devnet's official price. */
const oneVm = 57_000n;

const raise = (home: AlephHome, limits: Partial<Limits>): void => home.ledger((ledger) => putLimits(ledger, home.address, limits));

/**
 * Starts so many creates at once. On a machine too busy to read prices or figures in time a create is refused for that, whatever the
 * limits: then another dozen tries, until a limit is what stops them.
 */
const createAtOnce = async (
  home: AlephHome,
  processes: number,
  limit: FailureCode,
  { how = '', env = {} }: { how?: string; env?: Record<string, string> } = {},
): Promise<Ended[]> => {
  const runs: Ended[] = [];
  for (let wave = 0; wave < 6 && !runs.some((run) => codeOf(run) === limit); wave += 1) {
    const names = Array.from({ length: wave === 0 ? processes : 12 }, (_, n) => `w${wave}-n${n}`);
    runs.push(...(await Promise.all(names.map((name) => home.run(`vm create ${name} --no-wait${how}`, { env })))));
  }
  return runs;
};

const died = ({ signal }: Ended): boolean => signal === 'SIGKILL';
const codeOf = (ended: Ended): string => (died(ended) ? 'killed' : ended.document().ok ? 'ok' : ended.document().error.code);

/** How many processes ended how, with the words of one of each: what a failure here has to show. */
const tally = (runs: readonly Ended[]): string =>
  [...new Set(runs.map(codeOf))]
    .map((code) => runs.filter((run) => codeOf(run) === code))
    .map((same) => `${same.length} ${codeOf(same[0]!)} ${died(same[0]!) ? '' : (same[0]!.document().error?.message ?? '')}`)
    .join('; ');

/** What the command declares, and what a machine that is kept this busy may end any command with. */
const declared = new Set<FailureCode>([...create.failures, 'LEDGER_BUSY', 'NETWORK_UNAVAILABLE', 'DEVNET_NOT_RUNNING']);

/** What must hold however the processes came to run: one document each, every bill with a row, a chain without a gap. */
const holdsTogether = async (devnet: DevnetProcess, home: AlephHome, runs: readonly Ended[]) => {
  for (const run of runs.filter((each) => !died(each))) {
    const document = run.document();
    expect(run.stderr).toBe('');
    if (document.ok) expect(run.exit).toBe(0);
    else {
      expect(declared, document.error.message).toContain(document.error.code);
      expect(run.exit).toBe(failureCodes[document.error.code as FailureCode].exit);
    }
  }
  const billed = (await devnet.bills()).filter(({ owner }) => owner === home.address);
  const { rows, brokenAt } = home.ledger((ledger) => ({ rows: ledger.vms(), brokenAt: ledger.firstBrokenLink() }));
  const live = rows.filter(({ state }) => liveStates.includes(state));
  expect(brokenAt).toBeNull();
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(billed.map(({ hash }) => hash)));
  // who waited for the lock until its figures were too old is killed there, too, and holds nothing
  const made = runs.filter(({ exit }) => exit === 0).length;
  expect(live.length, tally(runs)).toBeGreaterThanOrEqual(made);
  expect(live.length, tally(runs)).toBeLessThanOrEqual(made + runs.filter(died).length);
  return { rows, live, billed, held: rows.reduce((sum, { hold }) => sum + hold, 0n) };
};

describe('many processes that create at once on one ledger and one account (product.md §7.1)', () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 40 });
  });
  afterAll(() => devnet.close());

  it('W-042 W-156 XA-01: fifty of them make no more VMs than the policy allows', async () => {
    const home = await devnet.home('50');
    const runs = await createAtOnce(home, 50, 'TOO_MANY_VMS');
    const { live, billed, held } = await holdsTogether(devnet, home, runs);
    expect(live, tally(runs)).toHaveLength(defaultLimits.maxVms);
    expect(billed).toHaveLength(defaultLimits.maxVms);
    expect(held).toBe(oneVm * BigInt(defaultLimits.maxVms));
    expect(runs.map(codeOf)).toContain('TOO_MANY_VMS');
  });

  it('W-040 W-042 XA-01 XA-22: the burn limit stops them where the number would let them pass', async () => {
    const home = await devnet.home('50');
    raise(home, { maxVms: 1000, creationsPerMinute: 1000 });
    const runs = await createAtOnce(home, 16, 'BURN_LIMIT');
    const { live } = await holdsTogether(devnet, home, runs);
    const burn = live.reduce((sum, { rate }) => sum.plus(rate), new Exact(0));
    expect(live, tally(runs)).toHaveLength(7);
    expect(creditsPerHour(burn)).toBeLessThanOrEqual(defaultLimits.maxBurnCreditsPerHour);
    expect(runs.map(codeOf)).toContain('BURN_LIMIT');
  });

  it('W-042 XA-01: the limits of the day and of the total stop them, and no hold goes beyond', async () => {
    const home = await devnet.home('50');
    raise(home, { maxVms: 1000, creationsPerMinute: 1000 });
    // lowering is anybody's
    expect((await home.run('policy set --max-day 0.25 --max-total 0.29')).exit).toBe(0);
    const runs = await createAtOnce(home, 12, 'DAY_LIMIT');
    const { live, held } = await holdsTogether(devnet, home, runs);
    expect(live, tally(runs)).toHaveLength(4);
    expect(held).toBeLessThanOrEqual(250_000n);
    expect(runs.map(codeOf)).toContain('DAY_LIMIT');
  });

  it('W-042 XA-01: fifty of one task never pass its budget, and what is no task’s goes on', async () => {
    const home = await devnet.home('50');
    raise(home, { maxVms: 1000, creationsPerMinute: 1000, maxBurnCreditsPerHour: 10_000_000n });
    // a budget where there was none is anybody's
    expect((await home.run('policy task nightly --budget 0.25')).exit).toBe(0);
    const runs = await createAtOnce(home, 50, 'TASK_LIMIT', { how: ' --task nightly' });
    const { live, held } = await holdsTogether(devnet, home, runs);
    expect(live, tally(runs)).toHaveLength(4);
    expect(held).toBeLessThanOrEqual(250_000n);
    expect(runs.map(codeOf)).toContain('TASK_LIMIT');
    const { items } = (await home.run('policy task nightly')).document().data as { items: unknown[] };
    expect(items).toEqual([{ task: 'nightly', budgetUsd: '0.2500', usedUsd: '0.2280', leftUsd: '0.0220' }]);
    expect(codeOf(await home.run('vm create other --no-wait --task other'))).toBe('ok');
    expect(codeOf(await home.run('vm create late --no-wait --ttl 2h', { env: { ALEPH_AGENT_TASK: 'nightly' } }))).toBe('TASK_LIMIT');
  });

  it.each([
    ['the number of VMs', 'TOO_MANY_VMS', 3n, ''],
    ['the budget of a task', 'TASK_LIMIT', 4n, ' --task nightly'],
  ] as const)(
    'W-042 XA-01: fifty that are killed as soon as they hold never pass %s either',
    { retry: 0 },
    async (_what, limit, most, how) => {
      const home = await devnet.home('50');
      if (limit === 'TASK_LIMIT') {
        raise(home, { maxVms: 1000, creationsPerMinute: 1000, maxBurnCreditsPerHour: 10_000_000n });
        expect((await home.run('policy task nightly --budget 0.25')).exit).toBe(0);
      }
      const runs = await createAtOnce(home, 50, limit, { how, env: { ALEPH_AGENT_CRASH: 'create.hold:after' } });
      const { live, billed, held } = await holdsTogether(devnet, home, runs);
      expect(runs.filter(({ exit }) => exit === 0)).toEqual([]);
      expect(runs.some(died)).toBe(true);
      expect(live.map(({ state }) => state)).toEqual(Array(Number(most)).fill('requested'));
      expect(held).toBe(oneVm * most);
      // none of them came to send what it had signed
      expect(billed).toEqual([]);
      expect(runs.map(codeOf)).toContain(limit);
    },
  );
});
