import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/aleph-process.ts';
import {
  addForward,
  brokenRecords,
  type CrashCase,
  inTurns,
  isClean,
  isLive,
  isUnsent,
  lastEffect,
  leftOver,
  persistently,
  unfinished,
  wasKilled,
} from '../../support/crash/crash-case.ts';
import { crashPoints, kills, oftener } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, Bill, StartDevnet } from '../../support/devnet/devnet-process.ts';

type Line = 'create' | 'destroy';

const killsOf = { create: kills(crashPoints.create), destroy: kills(crashPoints.destroy) };

const atOnce = 4;
const stageMs = 600_000;

export const crashSweep = (start: StartDevnet) =>
  describe('a call killed at every effect of create and destroy (product.md §7.2)', () => {
    let devnet: AnyDevnet;
    const cases = new Map<string, CrashCase>();
    const all = (): CrashCase[] => [...cases.values()];
    const keyOf = (line: Line, crash: string): string => `${line} ${crash}`;

    const creating = (home: AnyHome, how: string, more: Record<string, string> = {}): Promise<Ended> =>
      persistently(() => home.run(`vm create box ${how}`, { env: more }));

    const ok = async (one: CrashCase, line: string): Promise<void> => {
      const ended = await one.home.run(line);
      if (ended.exit !== 0) one.problems.push(`${line}: ${ended.stdout}${ended.stderr}`);
    };

    const add = async (line: Line, crash: string, victim: (home: AnyHome) => Promise<Ended>, home: AnyHome): Promise<void> => {
      cases.set(keyOf(line, crash), { crash, home, victim: await victim(home), problems: [] });
    };

    const note = async (stage: string, check: (one: CrashCase, bills: readonly Bill[]) => string[]): Promise<void> => {
      const bills = await devnet.bills();
      for (const one of all()) one.problems.push(...check(one, bills).map((problem) => `${stage}: ${problem}`));
    };

    const killCreates = (): Promise<void> =>
      inTurns(atOnce, [...killsOf.create, oftener(crashPoints.create)], async (crash) =>
        add('create', crash, (home) => creating(home, '--timeout 20m', { ALEPH_AGENT_CRASH: crash }), await devnet.home('5')),
      );

    /** The VMs come up all together, without anybody waiting, so that none of them has to be polled for. */
    const killDestroys = async (): Promise<void> => {
      const ready: { crash: string; home: AnyHome }[] = [];
      await inTurns(atOnce, [...killsOf.destroy, oftener(crashPoints.destroy)], async (crash) => {
        const home = await devnet.home('5');
        await creating(home, '--no-wait');
        ready.push({ crash, home });
      });
      await devnet.advance(180_000);
      await inTurns(atOnce, ready, async ({ crash, home }) => {
        await persistently(() => home.run('vm wait box --timeout 20m'));
        if (crash.includes('destroy.forward')) await addForward(devnet, home);
      });
      // until both hosts have heard of the forwards
      await devnet.advance(30_000);
      await inTurns(atOnce, ready, async ({ crash, home }) => {
        await add('destroy', crash, () => persistently(() => home.run('vm destroy box', { env: { ALEPH_AGENT_CRASH: crash } })), home);
      });
    };

    beforeAll(async () => {
      devnet = await start({ nodes: 60 });
    });
    afterAll(() => devnet.close());

    // The stages are lived by all cases together, each as a test of its own; what became of each case is told below.
    it('creates die', { timeout: stageMs }, killCreates);
    it('destroys die', { timeout: stageMs }, async () => {
      await killDestroys();
      await note('killed', ({ home }, bills) => brokenRecords(home, bills));
    });
    it('one gc follows', { timeout: stageMs }, async () => {
      // past the lease of the dead, and long enough for what was sent to come up
      await devnet.advance(180_000);
      const bills = await devnet.bills();
      const unsent = all().filter(({ home }) => isUnsent(home, bills));
      const sent = all().filter((one) => !unsent.includes(one));
      await inTurns(atOnce, sent, (one) => ok(one, 'gc --execute'));
      // what was signed and never sent may still be posted by anybody: its hold stays for a quarter of an hour
      await devnet.advance(15 * 60_000);
      await inTurns(atOnce, unsent, (one) => ok(one, 'gc --execute'));
      await note('after one gc', ({ home }, bills) => [...brokenRecords(home, bills), ...unfinished(home, bills)]);
    });
    it('everything is destroyed', { timeout: stageMs }, async () => {
      await inTurns(atOnce, all(), async (one) => {
        if (isLive(one.home)) await ok(one, 'vm destroy box');
        if (!isClean(one.home)) await ok(one, 'gc --execute');
      });
      await note('destroyed', ({ home }, bills) => [...brokenRecords(home, bills), ...unfinished(home, bills), ...leftOver(home, bills)]);
    });

    const titles = (['create', 'destroy'] as const).flatMap((line) => killsOf[line].map((crash) => [keyOf(line, crash)] as const));
    it.each(titles)('W-115 XA-04 XL-02: %s is recovered from', (key) => {
      const found = cases.get(key)!;
      // a point that no run reaches is a point without a test
      expect(wasKilled(found), `${key} was never reached: ${found.victim.stdout}`).toBe(true);
      expect(found.problems).toEqual([]);
    });

    it.each(['create', 'destroy'] as const)('%s comes by no point more often than it is killed there', (line) => {
      const found = cases.get(keyOf(line, oftener(crashPoints[line])))!;
      expect(wasKilled(found), `last of all ${lastEffect(found.home)}`).toBe(false);
      expect([found.victim.exit, ...found.problems]).toEqual([0]);
    });
  });
