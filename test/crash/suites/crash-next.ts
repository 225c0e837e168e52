import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRecords, leftOver, persistently, unfinished } from '../../support/crash/crash-case.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

const points = ['create.hold:after', 'create.publish:before', 'create.publish:after', 'create.published:after', 'create.processed:after'];

/** Whoever touches a VM next goes on where the dead left off, without a reconcile between (issue 2 §6). */
export const crashNext = (start: StartDevnet) =>
  describe('the next command after a killed create', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 40 });
    });
    afterAll(() => devnet.close());

    const killedCreate = async (crash: string): Promise<AnyHome> => {
      const home = await devnet.home('5');
      const killed = await persistently(() => home.run('vm create box', { env: { ALEPH_AGENT_CRASH: crash } }));
      expect(killed.signal, killed.stdout).toBe('SIGKILL');
      await devnet.advance(31_000);
      return home;
    };

    it.each(points)('W-115: %s, then vm wait brings it up', async (crash) => {
      const home = await killedCreate(crash);
      const waited = await home.run('vm wait box --timeout 20m');
      expect(waited.exit, waited.stdout).toBe(0);
      expect(waited.document().data.state).toBe('healthy');
      const bills = await devnet.bills();
      expect([...brokenRecords(home, bills), ...unfinished(home, bills)]).toEqual([]);
      expect(bills.filter(({ owner }) => owner === home.address)).toHaveLength(1);
    });

    it.each(points)('W-115: %s, then vm destroy ends it for good', async (crash) => {
      const home = await killedCreate(crash);
      const destroyed = await home.run('vm destroy box');
      // what no host has heard of cannot be proven gone at once
      expect([0, 8], destroyed.stdout).toContain(destroyed.exit);
      await devnet.advance(15 * 60_000);
      expect((await home.run('gc --execute')).exit).toBe(0);
      const bills = await devnet.bills();
      expect([...brokenRecords(home, bills), ...unfinished(home, bills), ...leftOver(home, bills)]).toEqual([]);
    });
  });
