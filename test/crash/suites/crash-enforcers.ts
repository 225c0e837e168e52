import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import { formatInstant } from '../../../src/domain/text/instant.ts';
import type { Ended } from '../../support/aleph-process.ts';
import { brokenRecords, loseLedger, persistently } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

/** A process that dies between two steps leaves a VM that gc brings to an end by itself all the same. */
export const crashEnforcers = (start: StartDevnet) =>
  describe('a call killed while it sees to it that a VM will end (product.md §7.2, §7.3)', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 30, guests: 'exec' });
    });
    afterAll(() => devnet.close());

    const vmOf = (home: AnyHome): VmRecord => home.ledger((ledger) => ledger.vms().at(-1)!);
    const guestOf = (home: AnyHome) =>
      home.ledger((ledger) => ledger.enforcers({ network: 'devnet', subject: ledger.vms().at(-1)!.id, kind: 'guest' })[0]!);
    const ok = async (home: AnyHome, line: string): Promise<Ended> => {
      const ended = await persistently(() => home.run(line));
      expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
      return ended;
    };
    const killed = async (home: AnyHome, line: string, crash: string): Promise<void> => {
      const ended = await persistently(() => home.run(line, { env: { ALEPH_AGENT_CRASH: `${crash}:1` } }));
      expect(ended.signal, `${crash} was never reached: ${ended.stdout}${ended.stderr}`).toBe('SIGKILL');
      expect(brokenRecords(home, await devnet.bills())).toEqual([]);
      // Past the lease of the dead.
      await devnet.advance(31_000);
    };
    /** Nothing of ours runs; the expiry passes. */
    const endsByItself = async (home: AnyHome): Promise<void> => {
      const { id, expiresAt } = vmOf(home);
      await devnet.advance(Math.max(0, expiresAt + 120_000 - (await devnet.now())));
      const bill = (await devnet.bills()).find(({ hash }) => hash === id);
      expect(bill?.endedAt).toBeGreaterThanOrEqual(expiresAt);
      expect(bill!.endedAt! - expiresAt).toBeLessThanOrEqual(120_000);
    };

    it.each(sides(crashPoints.armed))('%s on create; one gc arms it, and it ends by itself', async (crash) => {
      const home = await devnet.home('5');
      await killed(home, 'vm create box --ttl 1h --timeout 20m', crash);
      await ok(home, 'gc --execute --timeout 20m');
      expect(guestOf(home)).toMatchObject({ state: 'armed', expiresAt: vmOf(home).expiresAt, problem: null });
      await endsByItself(home);
    });

    it.each(sides(crashPoints.armed))(
      '%s on extend; the guest has the new time after one gc, and does not end at the old one',
      async (crash) => {
        const home = await devnet.home('5');
        await ok(home, 'vm create box --ttl 30m --timeout 20m');
        const old = vmOf(home).expiresAt;
        const until = formatInstant(old + 30 * 60_000);
        await killed(home, `vm extend box --until ${until} --timeout 20m`, crash);
        await ok(home, 'gc --execute --timeout 20m');
        expect(guestOf(home)).toMatchObject({ state: 'armed', expiresAt: old + 30 * 60_000 });
        await devnet.advance(Math.max(0, old + 120_000 - (await devnet.now())));
        expect((await devnet.bills()).find(({ hash }) => hash === vmOf(home).id)?.endedAt).toBeNull();
        await endsByItself(home);
      },
    );

    it.each(sides(crashPoints.disarmed))('%s on stop; it is stopped by the same call, and armed when it is started', async (crash) => {
      const home = await devnet.home('5');
      await ok(home, 'vm create box --ttl 1h --timeout 20m');
      await killed(home, 'vm stop box --timeout 20m', crash);
      await ok(home, 'vm stop box --timeout 20m');
      expect(guestOf(home)).toMatchObject({ state: 'wanted', digest: null });
      await ok(home, 'vm start box --timeout 20m');
      expect(guestOf(home)).toMatchObject({ state: 'armed' });
      await endsByItself(home);
    });

    /** Found on the network again: its row has neither FORGETs nor timer. */
    const adopted = async (): Promise<AnyHome> => {
      const home = await devnet.home('5');
      await ok(home, 'vm create box --ttl 1h --timeout 20m --guest-timer off');
      loseLedger(home);
      await ok(home, 'ledger reconcile');
      return home;
    };

    it.each(sides(crashPoints.presigned))('%s; FORGETs are signed once', async (crash) => {
      const home = await adopted();
      await killed(home, 'gc --execute --timeout 20m', crash);
      await ok(home, 'gc --execute --timeout 20m');
      const kinds = home.ledger((ledger) => ledger.signedFor(vmOf(home).id).map(({ kind }) => kind));
      expect(kinds).toEqual(['FORGET', 'FORGET', 'FORGET']);
      await ok(home, `vm destroy ${vmOf(home).name} --timeout 20m`);
    });

    it.each(sides(crashPoints.forgetSigned))('%s, for a VM that has no FORGET yet', async (crash) => {
      const home = await adopted();
      const { name } = vmOf(home);
      await killed(home, `vm destroy ${name} --timeout 20m`, crash);
      await ok(home, `vm destroy ${name} --timeout 20m`);
      expect(vmOf(home).state).toBe('terminated');
      expect((await devnet.bills()).find(({ hash }) => hash === vmOf(home).id)?.endedAt).not.toBeNull();
    });

    it.each(sides(crashPoints.reaperSeen))('%s; the next round is seen', async (crash) => {
      const home = await devnet.home('5');
      const seen = () => home.ledger((ledger) => ledger.enforcers({ network: 'devnet', subject: home.address }));
      await ok(home, 'gc watch --once');
      expect(seen()).toEqual([]);
      await killed(home, 'gc watch --once --every 5m', crash);
      await ok(home, 'gc watch --once --every 5m');
      expect(seen()).toMatchObject([{ kind: 'reaper', state: 'armed' }]);
    });
  });
