import type { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EffectPoint } from '../../src/domain/effect-points.ts';
import type { TypedData } from '../../src/domain/typed-data.ts';
import type { Ended } from '../support/aleph-process.ts';
import { boss } from '../support/approver.ts';
import { brokenRecords, persistently } from '../support/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet-process.ts';
import { sealHome } from '../support/first-approver.ts';

const twice = (...points: EffectPoint[]): [string][] => points.flatMap((point): [string][] => [[`${point}:before`], [`${point}:after`]]);

/** The binary killed while something is approved, denied, voided, frozen or thawed: as if the call had not been, or as if it had ended. */
describe('the binary killed at the effects of approvals and freezes', { timeout: 180_000 }, () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12, clockRate: 20 });
  });
  afterAll(() => devnet.close());

  const killed = async (home: AlephHome, line: string, crash: string): Promise<void> => {
    const ended = await persistently(() => home.run(line, { ALEPH_AGENT_CRASH: `${crash}:1` }));
    expect(ended.signal, `${crash} was never reached: ${ended.stdout}`).toBe('SIGKILL');
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  };

  const ok = async (home: AlephHome, line: string): Promise<Ended> => {
    const ended = await persistently(() => home.run(line));
    expect(ended.exit, `${line}: ${ended.stdout}`).toBe(0);
    return ended;
  };

  const asked = async (home: AlephHome, line: string): Promise<string> => {
    const ended = await persistently(() => home.run(line));
    expect(ended.exit, ended.stdout).toBe(10);
    return ended.document().error.facts['approval'] as string;
  };

  /** A home whose approver is a wallet: the person at a terminal is played by the row that the act leaves. */
  const sealedHome = async (): Promise<AlephHome> => {
    const home = await devnet.home('5');
    await sealHome(home, boss, await devnet.now());
    return home;
  };

  const signature = async (home: AlephHome, id: string): Promise<string> => {
    const { sign } = (await ok(home, `approve ${id} --show`)).document().data as { sign: TypedData };
    const { EIP712Domain: _, ...types } = sign.types;
    return boss._signTypedData(sign.domain, types as unknown as Parameters<Wallet['_signTypedData']>[1], sign.message);
  };

  const stateOf = (home: AlephHome, id: string) => home.ledger((ledger) => ledger.approval(id)?.state);

  it.each(twice('approval.grant'))('%s: granted or not, and the same signature may be brought again', async (crash) => {
    const home = await sealedHome();
    const id = await asked(home, 'vm create big --cu 4');
    const signed = await signature(home, id);
    await killed(home, `approve ${id} --signature ${signed}`, crash);
    expect(stateOf(home, id)).toBe(crash.endsWith('after') ? 'granted' : 'pending');
    if (crash.endsWith('before')) await ok(home, `approve ${id} --signature ${signed}`);
    await ok(home, 'vm create big --cu 4 --no-wait');
    expect(stateOf(home, id)).toBe('used');
  });

  it.each(twice('policy.set'))('%s: a seal is in force with its nonce used, or not at all', async (crash) => {
    const home = await sealedHome();
    const id = await asked(home, 'policy set --max-vms 4');
    const signed = await signature(home, id);
    await killed(home, `approve ${id} --signature ${signed}`, crash);
    const done = crash.endsWith('after');
    expect(
      home.ledger((ledger) => [
        ledger.policy({ account: home.address, network: 'devnet' })?.version,
        ledger.isUsed(ledger.approval(id)!.nonce),
      ]),
    ).toEqual(done ? [2, true] : [1, false]);
    expect((await ok(home, 'policy approver show')).document().data).toMatchObject({ sealed: true, version: done ? 2 : 1 });
  });

  it.each(twice('approval.deny'))('%s', async (crash) => {
    const home = await devnet.home('5');
    const id = await asked(home, 'vm create big --cu 4');
    await killed(home, `deny ${id}`, crash);
    expect(stateOf(home, id)).toBe(crash.endsWith('after') ? 'denied' : 'pending');
    await ok(home, `deny ${id}`);
    expect(stateOf(home, id)).toBe('denied');
  });

  it.each(twice('approval.void'))('%s: what a rebuilt ledger cannot tell is void before anything is adopted', async (crash) => {
    const home = await devnet.home('5');
    const id = await asked(home, 'vm create big --cu 4');
    const other = await devnet.homeOf(home);
    await ok(other, 'vm create box --timeout 20m');
    const dead = await persistently(() => home.run('ledger reconcile', { ALEPH_AGENT_CRASH: crash }));
    expect(dead.signal, dead.stdout).toBe('SIGKILL');
    expect(home.ledger((ledger) => ledger.vms())).toEqual([]);
    await ok(home, 'ledger reconcile');
    expect(stateOf(home, id)).toBe('void');
    expect(home.ledger((ledger) => ledger.vms().map(({ state }) => state))).toEqual(['healthy']);
  });

  it.each(twice('freeze.set'))('%s: frozen or not', async (crash) => {
    const home = await devnet.home('5');
    await killed(home, 'freeze', crash);
    const create = await persistently(() => home.run('vm create box --no-wait'));
    expect(create.exit).toBe(crash.endsWith('after') ? 4 : 0);
    if (create.exit !== 0) expect(create.document().error.code).toBe('FROZEN');
    await ok(home, 'freeze');
  });

  it.each(twice('freeze.thaw'))('%s: thawed with the approval used, or neither', async (crash) => {
    const home = await sealedHome();
    await ok(home, 'freeze');
    const id = await asked(home, 'thaw');
    await ok(home, `approve ${id} --signature ${await signature(home, id)}`);
    await killed(home, 'thaw', crash);
    expect(stateOf(home, id)).toBe(crash.endsWith('after') ? 'used' : 'granted');
    await ok(home, 'thaw');
    await ok(home, 'vm create box --no-wait');
  });
});
