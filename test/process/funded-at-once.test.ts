import { afterAll, beforeAll, expect, it } from 'vitest';
import { fundHome } from '../support/approval/fund-home.ts';
import { agreed, brokenRecords, persistently } from '../support/crash/crash-case.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';
import { putLimits } from '../support/put-limits.ts';

let devnet: DevnetProcess;
beforeAll(async () => {
  devnet = await startDevnet({ nodes: 40 });
});
afterAll(() => devnet.close());

it('XA-01 W-022 fifty processes that wait for one transfer make one VM, whatever else the policy would allow', async () => {
  const [agent, funder] = [await devnet.home('50'), await devnet.home('5')];
  await fundHome(agent, funder.address, devnet);
  agent.ledger((ledger) => putLimits(ledger, agent.address, { maxVms: 1000, creationsPerMinute: 1000, maxBurnCreditsPerHour: 10n ** 9n }));
  const line = 'vm create big --cu 4 --no-wait';
  const asked = await persistently(() => agent.run(line));
  expect(asked.exit, asked.stdout).toBe(10);
  await devnet.advance(1_000);
  const paid = await agreed(funder, String(asked.document().error.fix?.command).replace('aleph-agent ', ''));
  expect(paid.exit, paid.stdout).toBe(0);
  const runs = await Promise.all(Array.from({ length: 50 }, () => agent.run(line)));
  // where the machine was too busy for any of them to read in time
  for (let n = 0; n < 12 && !runs.some(({ exit }) => exit === 0); n += 1) runs.push(await agent.run(line));
  expect(runs.filter(({ exit }) => exit === 0)).toHaveLength(1);
  const rows = agent.ledger((ledger) => ({
    vms: ledger.vms(),
    uses: ledger.effects({ point: 'approval.use' }).filter(({ outcome }) => outcome === 'used'),
  }));
  expect([rows.vms.length, rows.uses.length]).toEqual([1, 1]);
  expect(brokenRecords(agent, await devnet.bills())).toEqual([]);
}, 240_000);
