import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreed } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';
import { sendDelegatedInstance } from '../../support/strays/delegated-instance.ts';

const channel = 'ALEPH-AGENT-0123456789ab';

/** The owner's binary killed while it lets an agent act for the account, or ends that: the same call brings either to its end. */
export const crashGrants = (start: StartDevnet) =>
  describe('a call killed at the effects of grants', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 3 });
    });
    afterAll(() => devnet.close());

    const granted = async (home: AnyHome): Promise<string[]> => {
      const ended = await home.run('authz ls --json');
      expect(ended.exit, ended.stdout).toBe(0);
      return (ended.document().data as { items: { address: string }[] }).items.map(({ address }) => address);
    };

    it.each(sides(crashPoints.grants))('N-04 authz grant and revoke, %s; the same call ends what was begun', async (crash) => {
      const owner = await devnet.home('3');
      const agent = await devnet.home('0.5');
      const line = `authz grant ${agent.address} --channel ${channel}`;
      expect((await agreed(owner, line, { ALEPH_AGENT_CRASH: crash })).signal).toBe('SIGKILL');
      const sent = /publish:after|confirmed/.test(crash);
      expect(await granted(owner)).toEqual(sent ? [agent.address] : []);
      expect((await agreed(owner, line)).document().data).toMatchObject({ changed: !sent });
      expect(await granted(owner)).toEqual([agent.address]);
      const back = `authz revoke ${agent.address}`;
      expect((await agreed(owner, back, { ALEPH_AGENT_CRASH: crash })).signal).toBe('SIGKILL');
      expect(await granted(owner)).toEqual(sent ? [] : [agent.address]);
      expect((await agreed(owner, back)).document().data).toMatchObject({ changed: !sent });
      expect(await granted(owner)).toEqual([]);
    });

    it.each(sides(crashPoints.grants))(
      'N-04 gc takes back a grant whose time is over, %s; the next round ends what was begun',
      async (crash) => {
        const owner = await devnet.home('3');
        const agent = await devnet.home('0.5');
        await agreed(owner, `authz grant ${agent.address} --channel ${channel} --until 1h`);
        await devnet.advance(3600_000);
        expect((await owner.run('gc --execute', { env: { ALEPH_AGENT_CRASH: crash } })).signal).toBe('SIGKILL');
        expect((await owner.run('gc --execute')).exit).toBe(0);
        expect(await granted(owner)).toEqual([]);
      },
    );

    it.each(sides(crashPoints.delegatesEnded))('W-024 authz revoke --destroy-vms, %s; the same call ends the VMs', async (crash) => {
      const owner = await devnet.home('3');
      const agent = await devnet.home('0.5');
      await agreed(owner, `authz grant ${agent.address} --channel ${channel}`);
      const { privateKey } = agent;
      const id = await sendDelegatedInstance({ ccn: devnet.ccn, privateKey, owner: owner.address, channel, now: await devnet.now() });
      await devnet.advance(20_000);
      const live = async () => (await devnet.bills()).filter(({ hash, endedAt }) => hash === id && endedAt === null).length;
      expect(await live()).toBe(1);
      const line = `authz revoke ${agent.address} --destroy-vms`;
      expect((await agreed(owner, line, { ALEPH_AGENT_CRASH: crash })).signal).toBe('SIGKILL');
      const ended = await agreed(owner, line);
      expect(ended.exit, ended.stdout).toBe(0);
      expect(await live()).toBe(0);
    });
  });
