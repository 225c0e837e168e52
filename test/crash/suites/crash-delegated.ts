import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addForward,
  brokenRecords,
  isClean,
  isLive,
  isUnsent,
  leftOver,
  persistently,
  unfinished,
} from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';
import { grantByClient } from '../../support/payer/grant-by-client.ts';

/** A key without credits and the account that pays for it: the record must hold against the bills of that account. */
interface Delegated {
  agent: AnyHome;
  /** The agent's home with the payer's name and key, for what is checked against the payer's bills. */
  atPayer: AnyHome;
  create: string;
}

/** What holds for an account of one's own holds where another one pays: a killed create or destroy leaves nothing unrecorded, and gc ends it. */
export const crashDelegated = (start: StartDevnet) =>
  describe('a call killed while another account pays', { timeout: 180_000 }, () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 12 });
    });
    afterAll(() => devnet.close());

    const delegated = async (): Promise<Delegated> => {
      const [payer, agent] = [await devnet.home('5'), await devnet.home('0.01')];
      await grantByClient(devnet, payer, [agent.address]);
      const { address, privateKey } = payer;
      return { agent, atPayer: { ...agent, address, privateKey }, create: `vm create box --payer ${address} --guest-timer off` };
    };

    const ok = async (home: AnyHome, line: string): Promise<void> => {
      const ended = await persistently(() => home.run(line));
      expect(ended.exit, ended.stdout).toBe(0);
    };

    const recovered = async ({ agent, atPayer }: Delegated): Promise<void> => {
      expect(brokenRecords(atPayer, await devnet.bills())).toEqual([]);
      await devnet.advance(180_000);
      // what was signed and never sent may still be posted by anybody: its hold stays for a quarter of an hour
      if (isUnsent(agent, await devnet.bills())) await devnet.advance(15 * 60_000);
      await ok(agent, 'gc --execute');
      const bills = await devnet.bills();
      expect([...brokenRecords(atPayer, bills), ...unfinished(agent, bills)]).toEqual([]);
      if (isLive(agent)) await ok(agent, 'vm destroy box');
      if (!isClean(agent)) await ok(agent, 'gc --execute');
      expect(leftOver(atPayer, await devnet.bills())).toEqual([]);
    };

    it.each(sides(crashPoints.delegatedCreate))(
      'W-115 W-023 vm create --payer, %s: recorded, and ended by gc or destroy',
      async (crash) => {
        const one = await delegated();
        const victim = await persistently(() => one.agent.run(`${one.create} --timeout 20m`, { env: { ALEPH_AGENT_CRASH: crash } }));
        expect(victim.signal, victim.stdout).toBe('SIGKILL');
        await recovered(one);
      },
    );

    it.each(sides(crashPoints.delegatedDestroy))('W-115 W-023 vm destroy of a delegated VM with a forward, %s', async (crash) => {
      const one = await delegated();
      await ok(one.agent, `${one.create} --timeout 20m`);
      await addForward(devnet, one.atPayer);
      // until both hosts have heard of it
      await devnet.advance(30_000);
      const victim = await one.agent.run('vm destroy box', { env: { ALEPH_AGENT_CRASH: crash } });
      expect(victim.signal, victim.stdout).toBe('SIGKILL');
      await recovered(one);
    });
  });
