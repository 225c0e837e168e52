import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/aleph-process.ts';
import { addForeignHead, brokenRecords, leftOver, loseLedger, persistently, unfinished } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

/** What the sweep over plain creates and destroys never comes by: nodes that must be told, nodes that fail, recovery itself. */
export const crashDetours = (start: StartDevnet) =>
  describe('a call killed on the less usual ways (product.md §7.2)', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 40 });
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
      expect(brokenRecords(home, await devnet.bills())).toEqual([]);
    };

    /** Past the lease of the dead, or further where it takes time; then one gc, before anything else. */
    const collected = async (home: AnyHome, afterMs = 31_000): Promise<void> => {
      await devnet.advance(afterMs);
      await ok(home, 'gc --execute');
      const bills = await devnet.bills();
      expect([...brokenRecords(home, bills), ...unfinished(home, bills)]).toEqual([]);
    };

    /** Everything goes, and nothing may be left. */
    const endAll = async (home: AnyHome): Promise<void> => {
      await collected(home, 16 * 60_000);
      for (const { name, state } of home.ledger((ledger) => ledger.vms())) {
        if (state !== 'terminated' && state !== 'dormant') await ok(home, `vm destroy ${name}`);
      }
      await ok(home, 'gc --execute');
      const bills = await devnet.bills();
      expect([...brokenRecords(home, bills), ...unfinished(home, bills), ...leftOver(home, bills)]).toEqual([]);
    };

    it.each(sides(crashPoints.startedByUs))(
      'W-115 XA-04: %s, where the scheduler leaves it to us; the node is told once at most',
      async (crash) => {
        await devnet.fault('scheduler never-placed');
        const home = await devnet.home('5');
        await killed(home, 'vm create box --timeout 20m', crash);
        await devnet.clearFaults();
        // what was told to start takes as long to boot as any other
        await collected(home, 180_000);
        expect(home.ledger((ledger) => ledger.vms().map(({ state }) => state))).toEqual(['healthy']);
        const told = home.ledger((ledger) => ledger.effects().filter(({ point }) => point === 'create.start'));
        expect(told.length).toBeLessThanOrEqual(1);
        await endAll(home);
      },
    );

    it.each(sides(crashPoints.priceToldLate))('product.md §1 rule 6: %s, where the second host told its price late', async (crash) => {
      const home = await devnet.home('5');
      await devnet.fault('ccn-b drop-before path=/api/v0/price/ method=GET');
      await ok(home, 'vm create box --no-wait');
      await devnet.advance(60_000);
      await ok(home, 'ledger reconcile');
      await devnet.clearFaults();
      await killed(home, 'gc --execute', crash);
      // some take longer to boot
      await collected(home, 180_000);
      const priced = home.ledger((ledger) => ledger.effects().filter(({ point }) => point === 'create.price').length);
      expect(priced).toBe(1);
      await endAll(home);
    });

    it.each(sides(crashPoints.failover))('W-115 XA-04: %s, between a node that died and the next', async (crash) => {
      const home = await devnet.home('5');
      await devnet.fault('crn dies-mid-boot times=1');
      await ok(home, 'vm create box --no-wait');
      await killed(home, 'vm wait box --timeout 40m', crash);
      await devnet.clearFaults();
      const slots = home.ledger((ledger) => ledger.vms().map(({ attempt, state }) => [attempt, state]));
      expect(slots).toEqual([[1, 'terminated'], ...(crash.endsWith('after') ? [[2, 'requested']] : [])]);
      // the second attempt was signed and never sent
      await collected(home, 16 * 60_000);
      await endAll(home);
      expect(home.ledger((ledger) => ledger.operations().map(({ state }) => state))).toEqual(['failed']);
    });

    it.each(sides(crashPoints.released))('S-05 %s: a hold that no host shows is released in the end', async (crash) => {
      const home = await devnet.home('5');
      await devnet.fault('ccn status 502 path=/api/v0/messages method=POST');
      await killed(home, 'vm create box --no-wait', crash);
      await devnet.clearFaults();
      await collected(home, 16 * 60_000);
      expect(home.ledger((ledger) => ledger.vms().map(({ state, hold }) => [state, hold]))).toEqual([['dormant', 0n]]);
      await ok(home, 'vm create box --no-wait');
      await endAll(home);
    });

    it.each(sides(crashPoints.withdrawn))('S-05 %s: who finds another ledger’s head beside its own spends nothing', async (crash) => {
      const home = await devnet.home('5');
      await killed(home, 'vm create first --no-wait', 'ledger.head:before');
      await devnet.advance(16 * 60_000);
      await ok(home, 'gc --execute');
      // Older than the head that is shown by now, so that no figures tell of it.
      await addForeignHead(devnet, home);
      await killed(home, 'vm create box --no-wait', crash);
      await collected(home, 16 * 60_000);
      expect((await home.run('vm create box --no-wait')).document().error.code).toBe('LEDGER_OTHER');
      expect(home.ledger((ledger) => ledger.vms().filter(({ state, hold }) => state !== 'dormant' || hold !== 0n))).toEqual([]);
      expect((await devnet.bills()).filter(({ owner }) => owner === home.address)).toEqual([]);
    });

    it.each(sides(crashPoints.unsent))('%s: recovery that dies is recovered from', async (crash) => {
      const home = await devnet.home('5');
      await killed(home, 'vm create box', 'create.publish:before');
      await devnet.advance(16 * 60_000);
      await killed(home, 'gc --execute', crash);
      await collected(home);
      expect(home.ledger((ledger) => ledger.vms().map(({ state, hold }) => [state, hold]))).toEqual([['dormant', 0n]]);
      await endAll(home);
    });

    it.each(sides(crashPoints.silentNode))('%s: whoever looks next counts the silence of the node on', async (crash) => {
      const home = await devnet.home('5');
      await ok(home, 'vm create box --no-wait');
      await devnet.fault('crn drop-before');
      await devnet.advance(60_000);
      await killed(home, 'gc --execute', crash);
      await devnet.advance(31_000);
      await ok(home, 'gc --execute');
      const noted = home.ledger((ledger) => ledger.effects().filter(({ point }) => point === 'watch.silence').length);
      expect(noted).toBe(crash.endsWith('after') ? 2 : 1);
      await devnet.clearFaults();
      await endAll(home);
    });

    it.each(sides(crashPoints.ledgerLost))('XL-02: %s, after the ledger was lost', async (crash) => {
      const home = await devnet.home('5');
      await ok(home, 'vm create box --timeout 20m');
      loseLedger(home);
      const ended = await persistently(() => home.run('gc --execute', { env: { ALEPH_AGENT_CRASH: crash } }));
      expect(ended.signal, ended.stdout).toBe('SIGKILL');
      const rows = home.ledger((ledger) => ledger.vms().length);
      expect(rows).toBe(crash.endsWith('after') ? 1 : 0);
      await collected(home);
      expect(home.ledger((ledger) => ledger.vms().map(({ state }) => state))).toEqual(['healthy']);
      await endAll(home);
    });

    it.each(sides(crashPoints.expenses))('%s: no expense is counted twice, none is lost', async (crash) => {
      const home = await devnet.home('5');
      await ok(home, 'vm create box --timeout 20m');
      await devnet.advance(60 * 60_000);
      await devnet.postExpenses();
      // The operator's own hourly post may fall in between: then the bill is higher afterwards, never lower.
      const billed = async () => BigInt((await devnet.bills()).find(({ owner }) => owner === home.address)!.billedCredits);
      await killed(home, 'gc --execute', crash);
      const before = await billed();
      await collected(home);
      const [recorded = 0n] = home.ledger((ledger) => ledger.vms().map((vm) => vm.billed));
      expect(before).toBeGreaterThan(0n);
      expect(recorded).toBeGreaterThanOrEqual(before);
      expect(recorded).toBeLessThanOrEqual(await billed());
      await endAll(home);
    });

    it.each(sides(crashPoints.policy))('%s: the policy is the old one or the new one', async (crash) => {
      const home = await devnet.home('5');
      await killed(home, 'policy set --max-vms 2', crash);
      await collected(home);
      const { data } = (await ok(home, 'policy show')).document();
      expect(data.version).toBe(crash.endsWith('after') ? 1 : 0);
      await ok(home, 'policy set --max-vms 1');
    });

    it.each(sides(crashPoints.protect))('%s: protected or not, and the same call again protects', async (crash) => {
      const home = await devnet.home('5');
      await ok(home, 'vm create box --no-wait');
      await killed(home, 'vm protect box', crash);
      await collected(home, 180_000);
      const { id, protected: held } = home.ledger((ledger) => ledger.vms()[0]!);
      expect(held).toBe(crash.endsWith('after'));
      expect((await ok(home, 'vm protect box')).document().data).toMatchObject({ protected: true, changed: !held });
      expect((await home.run('vm destroy box')).exit).toBe(10);
      home.ledger((ledger) => ledger.write('vm.protect', (transaction) => transaction.updateVm(id, { protected: false })));
      await endAll(home);
    });

    it.each(sides(crashPoints.takeOver))('%s: a take-over that a person allowed is finished by the same call, once', async (crash) => {
      const home = await devnet.home('5');
      await ok(home, 'vm create box --timeout 20m');
      loseLedger(home);
      const { approval } = (await home.run('ledger take-over')).document().error.facts as { approval: string };
      const allow = { state: 'granted', decidedAt: await devnet.now(), decidedBy: 'terminal' } as const;
      home.ledger((ledger) => ledger.write('approval.grant', (transaction) => transaction.updateApproval(approval, allow)));
      await killed(home, 'ledger take-over', crash);
      expect((await home.run('vm create more --no-wait')).document().error.code).toBe('LEDGER_OTHER');
      await collected(home);
      await ok(home, 'ledger take-over');
      expect(home.ledger((ledger) => ledger.effects().filter(({ point }) => point === 'ledger.takeOver'))).toHaveLength(1);
      await ok(home, 'vm create more --no-wait');
      await endAll(home);
    });

    it.each(sides(crashPoints.head))('%s: one gc makes the head public', async (crash) => {
      const home = await devnet.home('5');
      await killed(home, 'vm create box --no-wait', crash);
      // the INSTANCE beside it may or may not have been sent
      await collected(home, 16 * 60_000);
      const found = (await ok(home, 'ledger verify --full')).document().data;
      expect(found).toMatchObject({ publishedBy: 'this', publishedHead: expect.stringMatching(/^\d+:/) });
      expect(home.ledger((ledger) => ledger.head({ account: home.address }))).toMatchObject({ published: true });
      await endAll(home);
    });

    it.each(sides(crashPoints.request))('%s: the same call asks once', async (crash) => {
      const home = await devnet.home('5');
      await killed(home, 'policy set --max-day 3', crash);
      await collected(home);
      expect((await home.run('policy set --max-day 3')).exit).toBe(10);
      expect(home.ledger((ledger) => ledger.approvals().map(({ state }) => state))).toEqual(['pending']);
    });
  });
