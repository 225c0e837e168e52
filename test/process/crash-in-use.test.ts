import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatInstant } from '../../src/domain/instant.ts';
import type { VmRecord } from '../../src/domain/vm-record.ts';
import { brokenRecords } from '../support/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet-process.ts';

const sides = (...points: string[]): string[] => points.flatMap((point) => [`${point}:before`, `${point}:after`]);

/** What a VM goes through between its create and its destroy: a process that dies there leaves something that the same command finishes. */
describe('the binary killed while a VM is in use (product.md §7.2)', { timeout: 180_000 }, () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  const vm = (): VmRecord => home.ledger((ledger) => ledger.vms().at(-1)!);
  const ok = async (line: string): Promise<Record<string, unknown>> => {
    const ended = await home.run(line);
    expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
    return (JSON.parse(ended.stdout) as { data: Record<string, unknown> }).data;
  };
  const killed = async (line: string, crash: string): Promise<void> => {
    const ended = await home.run(line, { ALEPH_AGENT_CRASH: `${crash}:1` });
    expect(ended.signal, `${crash} was never reached: ${ended.stdout}`).toBe('SIGKILL');
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
    // Past the lease of the dead.
    await devnet.advance(31_000);
  };
  const published = async (): Promise<string | null> => {
    const answer = await fetch(`${devnet.ccn}/api/v0/aggregates/${home.address}.json?keys=aleph-agent`);
    const { data } = (await answer.json()) as { data?: Record<string, Record<string, { expires: string }>> };
    return data?.['aleph-agent']?.[vm().id]?.expires ?? null;
  };

  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12, clockRate: 40 });
    home = await devnet.home('5');
    await ok('vm create box --ttl 1h --timeout 20m');
  });
  afterAll(() => devnet.close());

  it.each(sides('extend.hold', 'extend.publish', 'extend.published'))('W-115: %s; the same call again has one extension', async (crash) => {
    const before = vm();
    const until = formatInstant(before.expiresAt + 10 * 60_000);
    await killed(`vm extend box --until ${until} --timeout 20m`, crash);
    expect(await ok(`vm extend box --until ${until} --timeout 20m`)).toMatchObject({ expiresAt: until });
    expect(await published()).toBe(until);
    expect(formatInstant(vm().expiresAt)).toBe(until);
    expect(home.ledger((ledger) => ledger.operations({ kind: 'extend', state: 'running' }))).toEqual([]);
  });

  it.each(sides('extend.revert'))('W-115: %s; ledger and network agree after a reconcile', async (crash) => {
    for (const host of ['ccn-a', 'ccn-b']) await devnet.fault(`${host} status 503 path=/api/v0/messages method=POST`);
    await killed('vm extend box --by 10m --timeout 20m', crash);
    await devnet.clearFaults();
    await ok('ledger reconcile');
    expect(formatInstant(vm().expiresAt)).toBe(await published());
    expect(home.ledger((ledger) => ledger.operations({ kind: 'extend', state: 'running' }))).toEqual([]);
  });

  it.each(sides('operate.begin', 'operate.send', 'operate.answered', 'operate.moved'))('W-115: %s; stop and start go on', async (crash) => {
    await killed('vm stop box --timeout 20m', crash);
    expect(await ok('vm stop box --timeout 20m')).toMatchObject({ state: 'stopped' });
    await killed('vm start box --timeout 20m', crash);
    expect(await ok('vm start box --timeout 20m')).toMatchObject({ state: 'healthy' });
  });

  it.each(sides('reconcile.expiry'))('W-115: %s; a lost ledger finds the extended expiry', async (crash) => {
    const known = vm();
    home.ledger((ledger) =>
      ledger.write('extend.revert', (transaction) =>
        transaction.updateVm(known.id, { expiresAt: known.expiresAt - 60_000, ttlSeconds: known.ttlSeconds - 60 }),
      ),
    );
    await killed('ledger reconcile', crash);
    await ok('ledger reconcile');
    expect(formatInstant(vm().expiresAt)).toBe(await published());
  });
});
