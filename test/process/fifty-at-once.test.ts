import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exact } from '../../src/domain/exact.ts';
import { type FailureCode, failureCodes } from '../../src/domain/failure-codes.ts';
import { creditsOver } from '../../src/domain/money.ts';
import { defaultLimits } from '../../src/domain/policy.ts';
import type { Ended } from '../support/aleph-process.ts';
import { brokenRecords, persistently } from '../support/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet-process.ts';

const processes = 50;

/** Many real processes; the ones that `crash` names are killed with SIGKILL at that effect, if they come to it. */
const atOnce = (home: AlephHome, line: (n: number) => string, crash: (n: number) => string | null = () => null): Promise<Ended[]> =>
  Promise.all(
    Array.from({ length: processes }, (_, n) => {
      const point = crash(n);
      return home.run(line(n), point === null ? {} : { ALEPH_AGENT_CRASH: point });
    }),
  );

/** One document each, with the exit code that belongs to it; or killed. */
const wellEnded = (runs: readonly Ended[]): void => {
  for (const run of runs.filter(({ signal }) => signal === null)) {
    const { ok, error } = run.document();
    expect(run.exit, run.stdout).toBe(ok ? 0 : failureCodes[error.code as FailureCode].exit);
    expect(ok ? '' : error.code, run.stdout).not.toBe('INTERNAL');
  }
};

const upVm = async (home: AlephHome, name: string, ttl: string): Promise<void> => {
  const made = await persistently(() => home.run(`vm create ${name} --ttl ${ttl} --no-guest-timer --timeout 30m`));
  expect(made.exit, made.stdout).toBe(0);
};

describe('fifty real processes on one ledger', { timeout: 180_000 }, () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 40, clockRate: 2 });
  });
  afterAll(() => devnet.close());

  it('XA-01 XA-02 XA-23: one approval lets one of them pass, whatever else the policy would allow', async () => {
    const home = await devnet.home('50');
    const limits = { ...defaultLimits, maxVms: 1000, creationsPerMinute: 1000, maxBurnCreditsPerHour: 10n ** 9n, maxDayCredits: 10n ** 9n };
    // raising is a person's act at a terminal, which a test has not: the row is written as that act would leave it
    home.ledger((ledger) =>
      ledger.write('policy.set', (transaction) =>
        transaction.putPolicy({
          network: 'devnet',
          account: home.address,
          version: 1,
          limits: { ...limits, maxTotalCredits: 10n ** 9n },
          tasks: {},
          authorisedAt: 0,
          acknowledgedBalance: null,
          setAt: 0,
          setBy: 'person',
          approver: null,
          seal: null,
          overlay: {},
          overlayTasks: {},
        }),
      ),
    );
    const asked = await persistently(() => home.run('vm create --cu 4 --no-wait'));
    expect(asked.exit, asked.stdout).toBe(10);
    const id = asked.document().error.facts['approval'] as string;
    home.ledger((ledger) =>
      ledger.write('approval.grant', (transaction) => transaction.updateApproval(id, { state: 'granted', decidedBy: 'terminal' })),
    );
    // an id for each, or they would be one request
    const runs = await atOnce(home, (n) => `vm create --cu 4 --no-wait --request-id r${n}`);
    wellEnded(runs);
    if (!runs.some(({ exit }) => exit === 0)) runs.push(await persistently(() => home.run('vm create --cu 4 --no-wait --request-id late')));
    const rows = home.ledger((ledger) => ({
      vms: ledger.vms(),
      operations: ledger.operations({ kind: 'create' }),
      row: ledger.approval(id),
    }));
    expect(runs.filter(({ exit }) => exit === 0)).toHaveLength(1);
    expect(rows.vms).toHaveLength(1);
    expect(rows.operations).toMatchObject([{ approval: id }]);
    expect(rows.row).toMatchObject({ state: 'used', usedBy: rows.operations[0]!.id });
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  });

  it('XA-01 XA-07: extensions add up, each once, and never beyond what asks a person; killed ones too', async () => {
    const home = await devnet.home('50');
    await upVm(home, 'box', '1h');
    const [before] = home.ledger((ledger) => ledger.vms());
    const runs = await atOnce(
      home,
      (n) => `vm extend box --by 1h${n % 2 === 0 ? ' --request-id one' : ''}`,
      (n) => (n % 10 === 3 ? 'extend.hold:after' : null),
    );
    wellEnded(runs);
    // whoever died left something to go on with
    await persistently(() => home.run('ledger reconcile'));
    const { vm, operations } = home.ledger((ledger) => ({ vm: ledger.vms()[0]!, operations: ledger.operations({ kind: 'extend' }) }));
    const done = operations.filter(({ state }) => state === 'succeeded');
    expect(operations.filter(({ state }) => state === 'running')).toEqual([]);
    expect(done.length).toBeGreaterThan(0);
    expect(operations.filter(({ requestId, state }) => requestId !== null && state !== 'failed').length).toBeLessThanOrEqual(1);
    expect(vm.expiresAt).toBe(before!.expiresAt + done.length * 3600_000);
    expect(vm.hold).toBe(creditsOver(new Exact(vm.rate), vm.ttlSeconds));
    expect(vm.hold).toBeLessThanOrEqual(defaultLimits.askAboveCredits);
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  });

  it.each([
    ['all of them live', null],
    ['ten are killed', 'destroy.published:before'],
  ])('XA-16 XC-02: one destroy of one VM, when %s', async (_how, crash) => {
    const home = await devnet.home('50');
    await upVm(home, 'box', '1h');
    wellEnded(
      await atOnce(
        home,
        () => 'vm destroy box --timeout 10m',
        (n) => (n % 5 === 0 ? crash : null),
      ),
    );
    const again = await persistently(() => home.run('vm destroy box --timeout 10m'));
    expect(again.exit, again.stdout).toBe(0);
    const { vms, began, gone } = home.ledger((ledger) => ({
      vms: ledger.vms(),
      began: ledger.effects({ point: 'destroy.begin' }),
      gone: ledger.effects({ point: 'destroy.terminated' }),
    }));
    expect(vms).toMatchObject([{ state: 'terminated' }]);
    expect([began, gone].map(({ length }) => length)).toEqual([1, 1]);
    const bills = (await devnet.bills()).filter(({ owner }) => owner === home.address);
    expect(bills.map(({ hash, endedAt }) => [hash, endedAt !== null])).toEqual([[vms[0]!.id, true]]);
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  });
});
