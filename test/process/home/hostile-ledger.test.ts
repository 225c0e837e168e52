import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/aleph-process.ts';
import { boss } from '../../support/approval/approver.ts';
import { sealHome } from '../../support/approval/first-approver.ts';
import { persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { homeAt } from '../../support/home.ts';

const codeOf = (ended: Ended): string => (ended.document().ok ? 'ok' : ended.document().error.code);
const ledgerFiles = ['', '-wal', '-shm'].map((end) => `ledger.sqlite${end}`);

/** An agent with a shell and everything but a person: what it can do to the ledger, and what that gets it. */
describe('a hostile agent and the ledger (product.md §1 rule 2)', () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
  });
  afterAll(() => devnet.close());

  const ok = async (home: AlephHome, line: string): Promise<Ended> => {
    const ended = await persistently(() => home.run(line));
    expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
    return ended;
  };
  /** A home whose policy allows one more VM of four hours this day, at most, and that has one. */
  const spent = async (): Promise<AlephHome> => {
    const home = await devnet.home('5');
    await ok(home, 'policy set --max-day 0.06 --max-total 0.06');
    await ok(home, 'vm create one --ttl 4h --no-wait');
    expect(codeOf(await home.run('vm create two --ttl 4h --no-wait'))).toBe('DAY_LIMIT');
    return home;
  };
  const create = (home: AlephHome, name: string): Promise<Ended> => persistently(() => home.run(`vm create ${name} --ttl 1h --no-wait`));
  const vmsOf = async (home: AlephHome): Promise<number> => (await devnet.bills()).filter(({ owner }) => owner === home.address).length;
  const secondHome = (home: AlephHome): AlephHome => {
    const folder = `${home.folder}-second`;
    cpSync(home.folder, folder, { recursive: true });
    return { ...home, ...homeAt(folder, home.env) };
  };
  const lose = (home: AlephHome): void => {
    for (const file of ledgerFiles) rmSync(join(home.folder, file), { force: true });
  };

  it('XA-12 W-14A: a second HOME with the same key has no budget of its own', async () => {
    const home = await spent();
    const second = secondHome(home);
    lose(second);
    expect(codeOf(await create(second, 'two'))).toBe('LEDGER_OTHER');
    expect(await vmsOf(home)).toBe(1);
  });

  it('XA-12 W-14A: neither a deleted ledger nor one rebuilt from the network spends; no flag takes over', async () => {
    const home = await spent();
    lose(home);
    expect(codeOf(await create(home, 'two'))).toBe('LEDGER_OTHER');
    await ok(home, 'ledger reconcile');
    expect(codeOf(await create(home, 'two'))).toBe('LEDGER_OTHER');
    const asked = await home.run('ledger take-over --yes');
    expect(asked.document().error).toMatchObject({ code: 'APPROVAL_NEEDED', exit: 10, fix: { actor: 'human' } });
    const { approval } = asked.document().error.facts as { approval: string };
    expect(codeOf(await home.run(`approve ${approval} --yes`))).toBe('POLICY_REFUSED');
    expect(codeOf(await home.run(`ledger take-over --approval ${approval} --yes`))).toBe('APPROVAL_NEEDED');
    expect(await vmsOf(home)).toBe(1);
    // Destroying is never blocked.
    await ok(home, `vm destroy ${home.ledger((ledger) => ledger.vms()[0]!.name)}`);
  });

  it('XA-12: an older copy put back is refused, and verify says so', async () => {
    const home = await devnet.home('5');
    await ok(home, 'vm create one --ttl 1h --no-wait');
    const kept = secondHome(home);
    await ok(home, 'vm create two --ttl 1h --no-wait');
    lose(home);
    for (const file of ledgerFiles) cpSync(join(kept.folder, file), join(home.folder, file), { force: true, recursive: true });
    expect(codeOf(await create(home, 'three'))).toBe('LEDGER_ROLLED_BACK');
    const verified = (await home.run('ledger verify')).document();
    expect(verified.error).toMatchObject({ code: 'LEDGER_BROKEN' });
    expect(verified.error.message).toMatch(/does not hold the row of the published head/);
    expect(await vmsOf(home)).toBe(2);
  });

  it('of two copies of one ledger only the one that spends first goes on', async () => {
    const home = await devnet.home('5');
    await ok(home, 'vm create one --ttl 1h --no-wait');
    const copy = secondHome(home);
    expect(codeOf(await create(copy, 'two'))).toBe('ok');
    expect(codeOf(await create(home, 'three'))).toBe('LEDGER_ROLLED_BACK');
    // With as many rows, and more, they are still others.
    for (const wish of ['policy set --max-vms 2', 'policy set --max-vms 1', 'policy task nightly --budget 1']) await ok(home, wish);
    expect(codeOf(await create(home, 'three'))).toBe('LEDGER_ROLLED_BACK');
  });

  it('a row of the trail that was edited up to the published head is found before anything is spent', async () => {
    const home = await spent();
    const path = join(home.folder, 'ledger.sqlite');
    const { rows } = home.ledger((ledger) => ledger.head({ account: home.address })!);
    const raw = new DatabaseSync(path);
    raw.exec(`DROP TRIGGER effectsKeep; UPDATE effects SET credits = 0, hash = '${'0'.repeat(64)}' WHERE seq = ${rows}`);
    raw.close();
    expect(codeOf(await create(home, 'two'))).toBe('LEDGER_ROLLED_BACK');
    expect(codeOf(await home.run('ledger verify'))).toBe('LEDGER_BROKEN');
  });

  it('XA-02 the whole trail before that head is walked, too: no row of it can be passed over', async () => {
    const home = await spent();
    const raw = new DatabaseSync(join(home.folder, 'ledger.sqlite'));
    raw.exec("DROP TRIGGER effectsKeep; UPDATE effects SET point = 'note' WHERE point = 'policy.set'; DELETE FROM policies");
    raw.close();
    const refused = (await create(home, 'two')).document().error;
    expect(refused).toMatchObject({ code: 'LEDGER_BROKEN', fix: { actor: 'human' } });
    expect(await vmsOf(home)).toBe(1);
  });

  it('XA-02 an approver, and a freeze, are missed by a ledger that lost them, though nothing was ever spent', async () => {
    const home = await devnet.home('5');
    await sealHome(home, boss, devnet);
    await ok(home, 'policy set --max-vms 2');
    const before = secondHome(home);
    await ok(home, 'freeze');
    expect(codeOf(await create(before, 'one'))).toBe('LEDGER_ROLLED_BACK');
    lose(before);
    expect(codeOf(await create(before, 'one'))).toBe('LEDGER_OTHER');
    expect(codeOf(await create(home, 'one'))).toBe('FROZEN');
  });

  it('what a person takes over counts what the network knows: the limits of the new ledger are held against it', async () => {
    const home = await devnet.home('5');
    await ok(home, 'vm create one --ttl 4h --no-wait');
    lose(home);
    const { approval } = (await home.run('ledger take-over')).document().error.facts as { approval: string };
    const granted = { state: 'granted', decidedAt: await devnet.now(), decidedBy: 'terminal' } as const;
    home.ledger((ledger) => ledger.write('approval.grant', (transaction) => transaction.updateApproval(approval, granted)));
    expect((await ok(home, 'ledger take-over')).document().data).toMatchObject({ changed: true });
    await ok(home, 'policy set --max-day 0.06 --max-total 0.06');
    expect(codeOf(await create(home, 'two'))).toBe('DAY_LIMIT');
    await ok(home, 'policy set --max-vms 1');
    const refused = await create(home, 'two');
    expect(refused.document().error).toMatchObject({ code: 'TOO_MANY_VMS' });
  });
});
