import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveStates, type VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import type { Ended } from '../../support/aleph-process.ts';
import { brokenRecords, leftOver, persistently, unfinished } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';
import { approveAs, unmarkedVm } from '../../support/strays/unmarked-vm.ts';

/** What is lost, found, adopted, looked after and made anew: a process that dies there leaves nothing that the next call does not mend. */
export const crashFound = (start: StartDevnet) =>
  describe('a call killed while it looks after what is lost and found (product.md §7.2)', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 30 });
    });
    afterAll(() => devnet.close());

    const ok = async (home: AnyHome, line: string): Promise<Ended> => {
      const ended = await persistently(() => home.run(line));
      expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
      return ended;
    };
    const killed = async (home: AnyHome, line: string, crash: string): Promise<void> => {
      const ended = await persistently(() => home.run(line, { env: { ALEPH_AGENT_CRASH: `${crash}:1` } }));
      expect(ended.signal, `${crash} was never reached: ${ended.stdout}`).toBe('SIGKILL');
      // past the lease of the dead
      await devnet.advance(31_000);
    };
    const live = (home: AnyHome): VmRecord[] => home.ledger((ledger) => ledger.vms({ states: liveStates }));
    const whole = (home: AnyHome): number | null => home.ledger((ledger) => ledger.firstBrokenLink());
    const endAll = async (home: AnyHome): Promise<void> => {
      for (const { name } of live(home)) await ok(home, `vm destroy ${name}`);
      await ok(home, 'gc --execute');
      const bills = await devnet.bills();
      expect([...brokenRecords(home, bills), ...unfinished(home, bills), ...leftOver(home, bills)]).toEqual([]);
    };

    it.each(sides(crashPoints.adopt))('W-115 W-158: %s; the VM is adopted once, with a public end', async (crash) => {
      const home = await devnet.home('5');
      const [node] = (await ok(home, 'crns ls --limit 1 --full')).document().data.items as { hash: string }[];
      const id = await unmarkedVm({ ccn: devnet.ccn, privateKey: home.privateKey, now: await devnet.now() }, node!.hash);
      await devnet.advance(180_000);
      const line = `vm adopt ${id} --name box --ttl 1h`;
      const asked = await home.run(line);
      expect(asked.document().error.code).toBe('APPROVAL_NEEDED');
      approveAs(home.folder, String(asked.document().error.facts['approval']));
      await killed(home, line, crash);
      // An approval is used up with the intent: what had not begun is asked for by the same call, what was public is taken in by gc.
      await ok(home, 'gc --execute');
      if (live(home).length === 0) {
        const again = await home.run(line);
        if (again.exit === 10) approveAs(home.folder, String(again.document().error.facts['approval']));
        await ok(home, line);
      }
      expect(live(home)).toMatchObject([{ id, name: 'box', state: 'healthy' }]);
      const answer = await fetch(`${devnet.ccn}/api/v0/aggregates/${home.address}.json?keys=aleph-agent`);
      const { data } = (await answer.json()) as { data: Record<string, Record<string, { expires: string }>> };
      expect(Date.parse(data['aleph-agent']![id]!.expires)).toBe(live(home)[0]!.expiresAt);
      expect(home.ledger((ledger) => ledger.operations({ kind: 'adopt', state: 'running' }))).toEqual([]);
      expect(whole(home)).toBeNull();
      await endAll(home);
    });

    it.each(sides(crashPoints.health))('W-115 W-154: %s; the history goes on, and nothing is counted twice', async (crash) => {
      const home = await devnet.home('5');
      await ok(home, 'vm create box --ttl 1h --timeout 20m');
      await killed(home, 'gc --execute', crash);
      await ok(home, 'gc --execute');
      const [vm] = live(home);
      const probes = home.ledger((ledger) => ledger.health(vm!.id));
      expect(probes).toMatchObject([{ answers: true, probes: crash.endsWith('after') ? 2 : 1 }]);
      expect(whole(home)).toBeNull();
      await endAll(home);
    });

    it.each(sides(crashPoints.redeploy))(
      'W-115 W-133: vm redeploy --replace, %s; the same call ends with one VM of that name',
      async (crash) => {
        const home = await devnet.home('5');
        await ok(home, 'vm create box --ttl 1h --timeout 20m');
        const [old] = live(home);
        await devnet.advance(61_000);
        const line = 'vm redeploy box --replace --timeout 20m';
        await killed(home, line, crash);
        await devnet.advance(31_000);
        // Renamed, the name is the new one's already: then nothing is left to go on with.
        if (crash !== 'redeploy.renamed:after') await ok(home, line);
        expect(live(home)).toMatchObject([{ name: 'box', state: 'healthy' }]);
        expect(live(home)[0]!.id).not.toBe(old!.id);
        expect(brokenRecords(home, await devnet.bills())).toEqual([]);
        await endAll(home);
      },
    );
  });
