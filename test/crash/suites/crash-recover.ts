import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreed, persistently } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';
import { sendDelegatedInstance } from '../../support/strays/delegated-instance.ts';

/** The owner's binary killed while it takes an agent's credits back and ends its VMs: the same call goes on, and takes nothing twice. */
export const crashRecover = (start: StartDevnet) =>
  describe('a call killed while an owner recovers what an agent has', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 3 });
    });
    afterAll(() => devnet.close());

    const must = async (home: AnyHome, line: string) => {
      const ended = await agreed(home, line);
      expect(ended.exit, ended.stdout).toBe(0);
      return ended.document().data;
    };
    const balanceOf = async (home: AnyHome): Promise<string> => {
      const ended = await persistently(() => home.run('credits balance'));
      return String((ended.document().data as { usd: string }).usd);
    };

    it('W-022 N-05 A-033 freeze --as-owner, killed at each effect in turn: the same call goes on, and takes nothing twice', async () => {
      const owner = await devnet.home('3');
      const agent = await devnet.home('0.01');
      expect(await must(owner, `credits allow ${agent.address} 1`)).toMatchObject({
        grantBack: `aleph-agent authz grant ${owner.address} --own`,
      });
      await must(agent, `authz grant ${owner.address} --own`);
      const { address, privateKey } = agent;
      const id = await sendDelegatedInstance({
        ccn: devnet.ccn,
        privateKey,
        owner: address,
        channel: 'ALEPH-AGENT',
        now: await devnet.now(),
      });
      await devnet.advance(20_000);
      const live = async () => (await devnet.bills()).filter(({ hash, endedAt }) => hash === id && endedAt === null).length;
      const line = `freeze --destroy-all --as-owner ${address}`;
      for (const crash of sides(crashPoints.recovered)) {
        expect(await live(), crash).toBe(1);
        expect((await agreed(owner, line, { ALEPH_AGENT_CRASH: crash })).signal, crash).toBe('SIGKILL');
        await devnet.advance(2_000);
      }
      for (const crash of sides(crashPoints.recoveredWhole)) {
        expect((await agreed(owner, line, { ALEPH_AGENT_CRASH: crash })).signal, crash).toBe('SIGKILL');
      }
      // one agreement was enough for all of them
      expect(owner.ledger((ledger) => ledger.effects({ point: 'recover.begin' }))).toHaveLength(1);
      expect(await must(owner, line)).toMatchObject({ frozenSince: null, takenBack: { from: address } });
      expect(await live()).toBe(0);
      expect(await balanceOf(agent)).toBe('0.0000');
      expect(await balanceOf(owner)).toBe('3.0100');
      expect(owner.ledger((ledger) => ledger.operations({ kind: 'transfer' }).map(({ state }) => state))).toEqual([
        'succeeded',
        'succeeded',
      ]);
    });
  });
