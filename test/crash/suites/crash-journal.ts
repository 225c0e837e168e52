import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRecords, type CrashCase, inTurns, persistently, wasKilled } from '../../support/crash/crash-case.ts';
import { crashPoints, kills } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

const lines = kills(crashPoints.journalCleared);
const stageMs = 600_000;
const atOnce = 4;

export const crashJournal = (start: StartDevnet) =>
  describe('gc killed while it removes the journal entries of settled VMs (product.md §7.2)', () => {
    let devnet: AnyDevnet;
    const cases = new Map<string, CrashCase>();
    const entered = new Map<string, string>();

    const ok = async (home: AnyHome, line: string): Promise<void> => {
      const ended = await persistently(() => home.run(line));
      if (ended.exit !== 0) throw new Error(`${line}: ${ended.stdout}${ended.stderr}`);
    };
    const journalOf = async ({ address }: AnyHome): Promise<Record<string, unknown>> => {
      const response = await fetch(`${devnet.ccn}/api/v0/aggregates/${address}.json?keys=aleph-agent`);
      return ((await response.json()) as { data: { 'aleph-agent': Record<string, unknown> } }).data['aleph-agent'];
    };

    beforeAll(async () => {
      devnet = await start({ nodes: 12 });
      const homes: AnyHome[] = [];
      await inTurns(atOnce, lines, async () => {
        const home = await devnet.home('5');
        await ok(home, 'vm create box --ttl 1h --timeout 40m');
        await ok(home, 'vm extend box --by 1h --timeout 20m');
        await ok(home, 'vm destroy box --timeout 20m');
        homes.push(home);
      });
      await devnet.postExpenses();
      await inTurns(atOnce, homes, (home) => ok(home, 'gc --execute'));
      await devnet.advance(27 * 3_600_000);
      await inTurns(
        atOnce,
        homes.map((home, at) => ({ home, crash: lines[at]! })),
        async ({ home, crash }) => {
          const [vm] = home.ledger((ledger) => ledger.vms());
          entered.set(crash, vm!.id);
          const victim = await persistently(() => home.run('gc --execute', { env: { ALEPH_AGENT_CRASH: crash } }));
          cases.set(crash, { crash, home, victim, problems: brokenRecords(home, await devnet.bills()) });
        },
      );
      // past the lease of the dead
      await devnet.advance(31_000);
      await inTurns(atOnce, homes, (home) => ok(home, 'gc --execute'));
    }, stageMs);
    afterAll(() => devnet.close());

    it.each(lines)('R-08 W-115: %s; one more gc leaves no entry, and the head where it was', async (crash) => {
      const found = cases.get(crash)!;
      expect(wasKilled(found), `${crash} was never reached: ${found.victim.stdout}`).toBe(true);
      const vm = entered.get(crash)!;
      expect(await journalOf(found.home)).toEqual({ ledger: expect.objectContaining({ id: expect.any(String) }), [vm]: null });
      const cleared = found.home.ledger((ledger) => ledger.effects({ point: 'journal.cleared' }).map(({ facts }) => facts));
      expect(cleared).toMatchObject([{ vms: [vm] }]);
      expect(found.problems).toEqual([]);
    });
  });
