import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRecords, persistently } from '../support/crash/crash-case.ts';
import { type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';

/** More would be let through by every other limit. */
const vms = 2;
const processes = 50;

describe('one envelope, many processes', () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 40 });
  });
  afterAll(() => devnet.close());

  it.each([
    ['all of them live', null],
    ['whoever took from it is killed', 'create.hold:after'],
  ])('XA-01 is never taken from more often than it allows, and each hold took once, when %s', async (_how, crash) => {
    const home = await devnet.home('9');
    await persistently(() => home.run('policy set --ask-above 0.01'));
    const asked = await persistently(() => home.run(`approve --up-to 5 --ttl 4h --cu 1 --vms ${vms}`));
    expect(asked.exit).toBe(10);
    const id = asked.document().error.facts['approval'] as string;
    // a person's typing leaves this row
    home.ledger((ledger) =>
      ledger.write('approval.grant', (transaction) => transaction.updateApproval(id, { state: 'granted', decidedBy: 'terminal' })),
    );
    const names = Array.from({ length: processes }, (_, n) => `box-${n}x`);
    const env: Record<string, string> = crash === null ? {} : { ALEPH_AGENT_CRASH: crash };
    const runs = await Promise.all(names.map((name) => home.run(`vm create ${name} --no-wait`, { env })));
    // where the machine was too busy for enough of them to read in time: until a person is asked
    for (let n = 0; n < 12 && runs.at(-1)!.exit !== 10; n += 1) runs.push(await home.run(`vm create late-${n}x --no-wait`, { env }));
    const rows = home.ledger((ledger) => ({ takes: ledger.takes(id), vms: ledger.vms(), operations: ledger.operations() }));
    expect(runs.filter(({ exit }) => exit === 0)).toHaveLength(crash === null ? vms : 0);
    expect(runs.some(({ signal }) => signal === 'SIGKILL')).toBe(crash !== null);
    expect(runs.at(-1)!.document().error.code).toBe('APPROVAL_NEEDED');
    // who was killed just after its hold has taken, too
    expect(rows.takes).toHaveLength(vms);
    expect(rows.vms).toHaveLength(vms);
    expect(rows.operations.every(({ approval }) => approval === id)).toBe(true);
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  });
});
