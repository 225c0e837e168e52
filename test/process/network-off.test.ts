import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { persistently } from '../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';

describe('the network is off (product.md §7.6)', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 6 });
    home = await devnet.home('5');
    const made = await persistently(() => home.run('vm create ci --ttl 4h --timeout 30m'));
    expect(made.exit, made.stdout).toBe(0);
    expect((await home.run('vm ls')).exit).toBe(0);
    for (const host of ['ccn', 'scheduler', 'crns-list', 'crn']) await devnet.fault(`${host} drop-before`);
    await devnet.advance(10 * 60_000);
  });
  afterAll(() => devnet.close());

  it('W-149 A-016 vm ls, status and ledger answer from what is kept, and say how old it is', async () => {
    const listed = await home.run('vm ls --full');
    expect(listed).toMatchObject({ exit: 0 });
    const old = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(listed.document().data).toMatchObject({ items: [{ name: 'ci', stale: true }], totals: { asOf: old } });
    const status = await home.run('status');
    expect(status).toMatchObject({ exit: 0 });
    expect(status.document().data).toMatchObject({ live: 1, stale: true, keptAt: old });
    expect(Date.parse(status.document().data.keptAt)).toBeLessThan((await devnet.now()) - 9 * 60_000);
    expect((await home.run('ledger ls')).document().data.count).toBeGreaterThan(0);
    expect(await home.run('ledger verify')).toMatchObject({ exit: 0 });
  });

  it('destroy is queued, stays in the burn, and the next gc carries it out', async () => {
    const queued = await home.run('vm destroy ci --timeout 1m');
    expect(queued).toMatchObject({ exit: 8 });
    expect(queued.document().error).toMatchObject({ code: 'DESTROY_INCOMPLETE', sideEffects: 'partial' });
    expect(home.ledger((ledger) => ledger.vms())).toMatchObject([{ state: 'stopping', terminatedAt: null }]);
    await devnet.clearFaults();
    expect(await persistently(() => home.run('gc --execute --timeout 30m'))).toMatchObject({ exit: 0 });
    expect(home.ledger((ledger) => ledger.vms())).toMatchObject([{ state: 'terminated' }]);
    expect((await devnet.bills()).filter(({ owner, endedAt }) => owner === home.address && endedAt === null)).toEqual([]);
  });
});
