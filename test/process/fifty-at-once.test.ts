import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import create from '../../src/commands/vm/create.ts';
import destroy from '../../src/commands/vm/destroy.ts';
import extend from '../../src/commands/vm/extend.ts';
import { type FailureCode, failureCodes } from '../../src/domain/failure/failure-codes.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import { Exact } from '../../src/domain/money/exact.ts';
import { creditsOver } from '../../src/domain/money/money.ts';
import type { Ended } from '../support/aleph-process.ts';
import { brokenRecords, persistently } from '../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';
import { putLimits } from '../support/put-limits.ts';

/** Many real processes. Which of them comes to an effect first is anybody's guess: so `crash` kills with SIGKILL whichever comes to it. */
const atOnce = (home: AlephHome, line: (n: number) => string, crash: string | null = null, processes = 50): Promise<Ended[]> =>
  Promise.all(Array.from({ length: processes }, (_, n) => home.run(line(n), crash === null ? {} : { env: { ALEPH_AGENT_CRASH: crash } })));

const died = ({ signal }: Ended): boolean => signal === 'SIGKILL';
const codeOf = (ended: Ended): string => (died(ended) ? 'killed' : ended.document().ok ? 'ok' : ended.document().error.code);

/** What a machine that is kept this busy may end any command with. */
const busy: readonly FailureCode[] = ['LEDGER_BUSY', 'NETWORK_UNAVAILABLE', 'DEVNET_NOT_RUNNING'];

/** One document each, with a code that the command declares and the exit code that belongs to it; or killed. */
const wellEnded = (runs: readonly Ended[], { failures }: { failures: readonly FailureCode[] }): void => {
  for (const run of runs.filter((each) => !died(each))) {
    const { ok, error } = run.document();
    expect(run.exit, run.stdout).toBe(ok ? 0 : failureCodes[error.code as FailureCode].exit);
    if (!ok) expect([...failures, ...busy], run.stdout).toContain(error.code);
  }
};

const upVm = async (home: AlephHome, name: string, ttl: string): Promise<void> => {
  const made = await persistently(() => home.run(`vm create ${name} --ttl ${ttl} --guest-timer off --timeout 30m`));
  expect(made.exit, made.stdout).toBe(0);
};

describe('fifty real processes on one ledger', () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 40 });
  });
  afterAll(() => devnet.close());

  it.each([
    ['one of them pass', null],
    ['one of them hold, which is killed then', 'create.hold:after'],
  ])('XA-01 XA-02 XA-23: one approval lets %s, whatever else the policy would allow', async (_how, crash) => {
    const home = await devnet.home('50');
    const limits = { maxVms: 1000, creationsPerMinute: 1000, maxBurnCreditsPerHour: 10n ** 9n, maxDayCredits: 10n ** 9n };
    home.ledger((ledger) => putLimits(ledger, home.address, { ...limits, maxTotalCredits: 10n ** 9n }));
    const asked = await persistently(() => home.run('vm create --cu 4 --no-wait'));
    expect(asked.exit, asked.stdout).toBe(10);
    const id = asked.document().error.facts['approval'] as string;
    home.ledger((ledger) =>
      ledger.write('approval.grant', (transaction) => transaction.updateApproval(id, { state: 'granted', decidedBy: 'terminal' })),
    );
    const held = () => home.ledger((ledger) => ledger.vms().length > 0);
    const refused = (run: Ended): boolean => codeOf(run) === 'APPROVAL_NEEDED' || codeOf(run) === 'APPROVAL_EXPIRED';
    const runs: Ended[] = [];
    // an id for each, or they would be one request; again where the machine was too busy to read in time
    for (let wave = 0; wave < 6 && !(held() && runs.some(refused)); wave += 1)
      runs.push(...(await atOnce(home, (n) => `vm create --cu 4 --no-wait --request-id w${wave}r${n}`, crash, wave === 0 ? 50 : 12)));
    const late = await persistently(() => home.run('vm create --cu 4 --no-wait --request-id late'));
    expect(codeOf(late), late.stdout).toBe('APPROVAL_NEEDED');
    wellEnded(runs, create);
    expect(runs.some(died)).toBe(crash !== null);
    expect(runs.some(refused), runs.map(codeOf).join(' ')).toBe(true);
    const rows = home.ledger((ledger) => ({
      vms: ledger.vms(),
      operations: ledger.operations({ kind: 'create' }),
      row: ledger.approval(id),
    }));
    expect(runs.filter(({ exit }) => exit === 0)).toHaveLength(crash === null ? 1 : 0);
    expect(rows.vms).toHaveLength(1);
    expect(rows.operations).toMatchObject([{ approval: id }]);
    expect(rows.row).toMatchObject({ state: 'used', usedBy: rows.operations[0]!.id });
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  });

  it('XA-01 XA-07: extensions add up, each once, and never beyond what asks a person; killed ones too', async () => {
    const home = await devnet.home('50');
    await upVm(home, 'box', '4h');
    const [before] = home.ledger((ledger) => ledger.vms());
    const line = (n: number) => `vm extend box --by 1h${n % 2 === 0 ? ' --request-id one' : ''}`;
    const runs: Ended[] = [];
    // whoever holds one dies, others go on with it; then some that live, until a person would be asked
    for (let wave = 0; wave < 4 && !runs.some(died); wave += 1) runs.push(...(await atOnce(home, line, 'extend.hold:after')));
    for (let wave = 0; wave < 8 && !runs.some((run) => codeOf(run) === 'APPROVAL_NEEDED'); wave += 1)
      runs.push(...(await atOnce(home, line, null, 12)));
    wellEnded(runs, extend);
    expect(runs.some(died)).toBe(true);
    expect(runs.map(codeOf)).toContain('APPROVAL_NEEDED');
    // whoever died left something to go on with
    await persistently(() => home.run('ledger reconcile'));
    const { vm, operations } = home.ledger((ledger) => ({ vm: ledger.vms()[0]!, operations: ledger.operations({ kind: 'extend' }) }));
    const done = operations.filter(({ state }) => state === 'succeeded');
    expect(operations.filter(({ state }) => state === 'running')).toEqual([]);
    expect(done.length, runs.map(codeOf).join(' ')).toBeGreaterThan(1);
    expect(operations.filter(({ requestId, state }) => requestId !== null && state !== 'failed').length).toBeLessThanOrEqual(1);
    expect(vm.expiresAt).toBe(before!.expiresAt + done.length * 3600_000);
    expect(vm.hold).toBe(creditsOver(new Exact(vm.rate), vm.ttlSeconds));
    expect(vm.hold).toBeLessThanOrEqual(defaultLimits.askAboveCredits);
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  });

  it.each([
    ['all of them live', null],
    ['whoever sent the FORGET is killed', 'destroy.published:before'],
  ])('XA-16 XC-02: one destroy of one VM, when %s', async (_how, crash) => {
    const home = await devnet.home('50');
    await upVm(home, 'box', '1h');
    const runs = await atOnce(home, () => 'vm destroy box --timeout 10m', crash);
    wellEnded(runs, destroy);
    expect(runs.some(died)).toBe(crash !== null);
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
