import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import create from '../../src/commands/vm/create.ts';
import { Exact } from '../../src/domain/exact.ts';
import { type FailureCode, failureCodes } from '../../src/domain/failure-codes.ts';
import { creditsPerHour } from '../../src/domain/money.ts';
import { defaultLimits, type Limits } from '../../src/domain/policy.ts';
import { liveStates } from '../../src/domain/vm-record.ts';
import type { Ended } from '../support/aleph-process.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet-process.ts';

/** 1 CU for the usual 4 h, at the devnet's official price. */
const oneVm = 57_000n;

/** Raising is a person's act at a terminal, which a test has not: the row is written as that act would leave it. */
const raise = (home: AlephHome, limits: Partial<Limits>): void =>
  home.ledger((ledger) =>
    ledger.write('policy.set', (transaction) =>
      transaction.putPolicy({
        network: 'devnet',
        account: home.address,
        version: 1,
        limits: { ...defaultLimits, ...limits },
        authorisedAt: 0,
        acknowledgedBalance: null,
        setAt: 0,
        setBy: 'person',
      }),
    ),
  );

const createAtOnce = (home: AlephHome, processes: number): Promise<Ended[]> =>
  Promise.all(Array.from({ length: processes }, (_, n) => home.run(`vm create n${n} --no-wait`)));

const codeOf = (ended: Ended): string => (ended.document().ok ? 'ok' : ended.document().error.code);

/** What the command declares, and what a machine that is kept this busy may end any command with. */
const declared = new Set<FailureCode>([...create.failures, 'LEDGER_BUSY', 'NETWORK_UNAVAILABLE', 'DEVNET_NOT_RUNNING']);

/** What must hold however the processes came to run: one document each, every bill with a row, a chain without a gap. */
const holdsTogether = async (devnet: DevnetProcess, home: AlephHome, runs: readonly Ended[]) => {
  for (const run of runs) {
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
  expect(live).toHaveLength(runs.filter((run) => run.exit === 0).length);
  return { rows, live, billed, held: rows.reduce((sum, { hold }) => sum + hold, 0n) };
};

describe('many processes that create at once on one ledger and one account (product.md §7.1)', { timeout: 180_000 }, () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 40, clockRate: 1 });
  });
  afterAll(() => devnet.close());

  it('W-042 W-156 XA-01: fifty of them make no more VMs than the policy allows', async () => {
    const home = await devnet.home('50');
    const runs = await createAtOnce(home, 50);
    const { live, billed, held } = await holdsTogether(devnet, home, runs);
    expect(live).toHaveLength(defaultLimits.maxVms);
    expect(billed).toHaveLength(defaultLimits.maxVms);
    expect(held).toBe(oneVm * BigInt(defaultLimits.maxVms));
    expect(runs.map(codeOf)).toContain('TOO_MANY_VMS');
  });

  it('W-040 W-042 XA-01: the burn limit stops them where the number would let them pass', async () => {
    const home = await devnet.home('50');
    raise(home, { maxVms: 1000, creationsPerMinute: 1000 });
    const runs = await createAtOnce(home, 16);
    const { live } = await holdsTogether(devnet, home, runs);
    const burn = live.reduce((sum, { rate }) => sum.plus(rate), new Exact(0));
    expect(live).toHaveLength(7);
    expect(creditsPerHour(burn)).toBeLessThanOrEqual(defaultLimits.maxBurnCreditsPerHour);
    expect(new Set(runs.map(codeOf))).toEqual(new Set(['ok', 'BURN_LIMIT']));
  });

  it('W-042 XA-01: the limits of the day and of the total stop them, and no hold goes beyond', async () => {
    const home = await devnet.home('50');
    raise(home, { maxVms: 1000, creationsPerMinute: 1000 });
    // lowering is anybody's
    expect((await home.run('policy set --max-day 0.25 --max-total 0.29')).exit).toBe(0);
    const runs = await createAtOnce(home, 12);
    const { live, held } = await holdsTogether(devnet, home, runs);
    expect(live).toHaveLength(4);
    expect(held).toBeLessThanOrEqual(250_000n);
    expect(new Set(runs.map(codeOf))).toEqual(new Set(['ok', 'DAY_LIMIT']));
  });
});
