import { afterAll, beforeAll, expect, it } from 'vitest';
import create from '../../src/commands/vm/create.ts';
import type { FailureCode } from '../../src/domain/failure/failure-codes.ts';
import { liveStates } from '../../src/domain/ledger/vm-record.ts';
import type { Ended } from '../support/aleph-process.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';
import { grantByClient } from '../support/payer/grant-by-client.ts';
import { putLimits } from '../support/put-limits.ts';

const vmCredits = 14_250n;
/** What a machine that is kept this busy may end any command with. */
const busy: readonly FailureCode[] = ['LEDGER_BUSY', 'NETWORK_UNAVAILABLE', 'DEVNET_NOT_RUNNING'];

let devnet: DevnetProcess;
beforeAll(async () => {
  devnet = await startDevnet({ nodes: 40 });
});
afterAll(() => devnet.close());

const codeOf = (run: Ended): string => (run.document().ok ? 'ok' : run.document().error.code);

const creating = (home: AlephHome, payer: string, wave: number, processes: number): Promise<Ended>[] =>
  Array.from({ length: processes }, (_, n) =>
    home.run(`vm create --request-id w${wave}r${n} --ttl 1h --payer ${payer} --guest-timer off --no-wait`),
  );

it('W-023 XA-01: fifty processes of two agents at the cost of one payer pass no limit of either', { timeout: 180_000 }, async () => {
  const [payer, first, second] = [await devnet.home('20'), await devnet.home('0.01'), await devnet.home('0.01')];
  await grantByClient(devnet, payer, [first.address, second.address]);
  // one is held by its number of VMs, the other by what it may spend in a day
  const wide = { maxVms: 100, creationsPerMinute: 1000, maxBurnCreditsPerHour: 10n ** 9n };
  first.ledger((ledger) => putLimits(ledger, first.address, { ...wide, maxVms: 3 }));
  second.ledger((ledger) => putLimits(ledger, second.address, { ...wide, maxDayCredits: (vmCredits * 9n) / 2n }));
  const agents = [
    { home: first, limit: 'TOO_MANY_VMS', runs: [] as Ended[] },
    { home: second, limit: 'DAY_LIMIT', runs: [] as Ended[] },
  ];
  // again, a few, where the machine was too busy for all of them
  for (let wave = 0; wave < 6 && agents.some(({ runs, limit }) => !runs.some((run) => codeOf(run) === limit)); wave += 1) {
    const ended = await Promise.all(agents.map(({ home }) => Promise.all(creating(home, payer.address, wave, wave === 0 ? 25 : 4))));
    agents.forEach(({ runs }, index) => void runs.push(...(ended[index] ?? [])));
  }
  for (const { runs, limit } of agents) {
    expect(runs.map(codeOf)).toContain(limit);
    for (const run of runs.filter((one) => codeOf(one) !== 'ok')) expect([...create.failures, ...busy], run.stdout).toContain(codeOf(run));
  }
  const live = agents.map(({ home }) => home.ledger((ledger) => ledger.vms({ states: liveStates })));
  // each limit was reached, and not passed
  expect(live.map((vms) => vms.length)).toEqual([3, 4]);
  expect(live.flat().every((vm) => vm.payer === payer.address)).toBe(true);
  const bills = (await devnet.bills()).filter(({ owner }) => owner === payer.address);
  expect(bills.map(({ hash }) => hash).sort()).toEqual(live.flatMap((vms) => vms.map(({ id }) => id)).sort());
});
