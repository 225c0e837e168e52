import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import {
  addForward,
  brokenRecords,
  type CrashCase,
  inTurns,
  lastEffect,
  leftOver,
  persistently,
  unfinished,
  wasKilled,
} from '../../support/crash/crash-case.ts';
import { crashPoints, kills, oftener } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

const killsOf = {
  expired: kills(crashPoints.gcOfExpired),
  interrupted: kills(crashPoints.gcOfInterrupted),
  unsent: kills(crashPoints.gcOfUnsent),
  revived: kills(crashPoints.gcOfRevived),
};
type Work = keyof typeof killsOf;
const works = Object.keys(killsOf) as Work[];
const oftenerThan: Record<Work, string> = {
  expired: oftener(crashPoints.gcOfExpired),
  interrupted: oftener(crashPoints.gcOfInterrupted),
  unsent: oftener(crashPoints.gcOfUnsent),
  revived: oftener(crashPoints.gcOfRevived),
};

/** What the VM has come to once one more gc has been at work. */
const outcomes: Record<Work, VmRecord['state']> = {
  expired: 'terminated',
  interrupted: 'healthy',
  unsent: 'dormant',
  revived: 'terminated',
};

const stageMs = 600_000;
const atOnce = 4;
/** By then its node runs a VM, ms. */
const bootedMs = 180_000;

export const crashGc = (start: StartDevnet) =>
  describe('gc --execute killed at every effect of its work, then run once more (issue 4 §4, product.md §7.2)', () => {
    let devnet: AnyDevnet;
    const cases = new Map<string, CrashCase & { work: Work }>();
    const keyOf = (work: Work, crash: string): string => `${work} ${crash}`;

    const done = async (home: AnyHome, line: string): Promise<void> => {
      const ended = await persistently(() => home.run(line));
      if (ended.exit !== 0) throw new Error(`${line}: ${ended.stdout}${ended.stderr}`);
    };

    /** By home, what was signed and not sent: somebody copied it before the ledger wiped it. */
    const copies = new Map<string, string>();

    /** One that died between its hold and the post. */
    const unsent = async (home: AnyHome): Promise<void> => {
      const dead = await persistently(() =>
        home.run('vm create box --ttl 1h --no-wait', { env: { ALEPH_AGENT_CRASH: 'create.hold:after' } }),
      );
      if (dead.signal !== 'SIGKILL') throw new Error(`the create lived: ${dead.stdout}`);
      copies.set(
        home.folder,
        home.ledger((ledger) => ledger.signed(ledger.vms()[0]!.id)!.bytes),
      );
    };

    /** One whose process left it to the network. */
    const interrupted = (home: AnyHome): Promise<void> => done(home, 'vm create box --no-wait');

    /** Whoever has the bytes posts them, long after they were given up. */
    const repost = async (home: AnyHome): Promise<void> => {
      const answer = await fetch(`${devnet.ccn}/api/v0/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: copies.get(home.folder)!,
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    };

    beforeAll(async () => {
      devnet = await start({ nodes: 100 });
    });
    afterAll(() => devnet.close());

    const homes: { work: Work; crash: string; home: AnyHome }[] = [];
    const openEach = (work: Work, crashes: readonly string[], task: (home: AnyHome) => Promise<void>): Promise<void> =>
      inTurns(atOnce, crashes, async (crash) => {
        const home = await devnet.home('5');
        await task(home);
        homes.push({ work, crash, home });
      });
    const open = (work: Work, task: (home: AnyHome) => Promise<void>): Promise<void> =>
      openEach(work, [...killsOf[work], oftenerThan[work]], task);
    const each = (work: Work, task: (home: AnyHome) => Promise<void>): Promise<void> =>
      inTurns(
        atOnce,
        homes.filter((one) => one.work === work),
        ({ home }) => task(home),
      );

    const isRunning = async (home: AnyHome): Promise<boolean> => {
      const shown = await persistently(() => home.run('vm show box'));
      return shown.document().data?.onNode === 'running';
    };

    /**
     * Puts another home in place of each whose VM its node does not run: creates that chose one node at the same moment may not all find room
     * there, and gc has to end such a VM, which is other work than to bring one up.
     */
    const replaceRefused = async (tries = 3): Promise<void> => {
      const refused: string[] = [];
      await each('interrupted', async (home) => {
        if (await isRunning(home)) return;
        const [found] = homes.splice(
          homes.findIndex((one) => one.home === home),
          1,
        );
        refused.push(found!.crash);
      });
      if (refused.length === 0) return;
      if (tries === 0) throw new Error(`no node runs the VM of ${refused.join(', ')}`);
      await openEach('interrupted', refused, interrupted);
      await devnet.advance(bootedMs);
      await replaceRefused(tries - 1);
    };

    // The stages are lived by all cases together, each as a test of its own; what became of each case is told below.
    it('there is work for gc: what has expired, was never sent, is posted again, was interrupted', { timeout: stageMs }, async () => {
      // brought up, on the next node where one fails: only a VM that lives can expire
      await open('expired', (home) => done(home, 'vm create box --ttl 1h --timeout 40m'));
      await open('unsent', unsent);
      await open('revived', unsent);
      await devnet.advance(16 * 60_000);
      await each('expired', async (home) => {
        await done(home, 'gc --execute');
        await addForward(devnet, home);
      });
      await each('revived', (home) => done(home, 'gc --execute'));
      await devnet.advance(60 * 60_000);
      await open('interrupted', interrupted);
      await each('revived', repost);
      await devnet.advance(bootedMs);
      await replaceRefused();
      await devnet.postExpenses();
    });

    it('gc dies', { timeout: stageMs }, () =>
      inTurns(atOnce, homes, async ({ work, crash, home }) => {
        const victim = await persistently(() => home.run('gc --execute', { env: { ALEPH_AGENT_CRASH: crash } }));
        // until it is marked, only the network knows that it was posted again
        const unmarked = work === 'revived' && home.ledger((ledger) => ledger.vms().every(({ state }) => state === 'dormant'));
        const problems = unmarked ? [] : brokenRecords(home, await devnet.bills()).map((problem) => `killed: ${problem}`);
        cases.set(keyOf(work, crash), { work, crash, home, victim, problems });
      }),
    );

    it('one more gc follows', { timeout: stageMs }, async () => {
      // past the lease of the dead
      await devnet.advance(31_000);
      await inTurns(atOnce, [...cases.values()], async ({ home, problems }) => {
        const ended = await home.run('gc --execute');
        if (ended.exit !== 0) problems.push(`gc: ${ended.stdout}${ended.stderr}`);
      });
      const bills = await devnet.bills();
      for (const { home, work, problems } of cases.values()) {
        problems.push(...brokenRecords(home, bills), ...unfinished(home, bills), ...(work === 'interrupted' ? [] : leftOver(home, bills)));
        const states = home.ledger((ledger) => ledger.vms().map(({ state }) => state));
        if (states.join() !== outcomes[work]) problems.push(`the VM is ${states.join(' and ')}, not ${outcomes[work]}`);
        const head = home.ledger((ledger) => ledger.head({ account: home.address }));
        if (head?.published !== true) problems.push('the head of the ledger is not public');
      }
    });

    it.each(works.flatMap((work) => killsOf[work].map((crash) => [keyOf(work, crash)])))(
      'W-115 XA-04: gc of the %s is finished by one more gc',
      (key) => {
        const found = cases.get(key)!;
        expect(wasKilled(found), `${key} was never reached, last ${lastEffect(found.home)}: ${found.victim.stdout}`).toBe(true);
        expect(found.problems).toEqual([]);
      },
    );

    it.each(works)('gc of the %s comes by no point more often than it is killed there', (work) => {
      const found = cases.get(keyOf(work, oftenerThan[work]))!;
      expect(wasKilled(found), `last of all ${lastEffect(found.home)}`).toBe(false);
      expect([found.victim.exit, ...found.problems]).toEqual([0]);
    });
  });
