import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { creditsOver } from '../../../src/domain/money/money.ts';
import { formatInstant } from '../../../src/domain/text/instant.ts';
import { brokenRecords, unfinished } from '../../support/crash/crash-case.ts';
import { crashPoints, kills, oftener, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

/** What a VM goes through between its create and its destroy: a process that dies there leaves something that the same command finishes. */
export const crashInUse = (start: StartDevnet) =>
  describe('a call killed while a VM is in use (product.md §7.2)', () => {
    let devnet: AnyDevnet;
    let home: AnyHome;
    const vm = (): VmRecord => home.ledger((ledger) => ledger.vms().at(-1)!);
    const ok = async (line: string): Promise<Record<string, unknown>> => {
      const ended = await home.run(line);
      expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
      return (JSON.parse(ended.stdout) as { data: Record<string, unknown> }).data;
    };
    const killed = async (line: string, crash: string): Promise<void> => {
      const ended = await home.run(line, { env: { ALEPH_AGENT_CRASH: crash } });
      expect(ended.signal, `${crash} was never reached: ${ended.stdout}`).toBe('SIGKILL');
      expect(brokenRecords(home, await devnet.bills())).toEqual([]);
      // Past the lease of the dead.
      await devnet.advance(31_000);
    };
    const published = async (): Promise<string | null> => {
      const answer = await fetch(`${devnet.ccn}/api/v0/aggregates/${home.address}.json?keys=aleph-agent`);
      const { data } = (await answer.json()) as { data?: Record<string, Record<string, { expires: string }>> };
      return data?.['aleph-agent']?.[vm().id]?.expires ?? null;
    };

    beforeAll(async () => {
      devnet = await start({ nodes: 12 });
      home = await devnet.home('5');
      await ok('vm create box --ttl 1h --timeout 20m');
      await ok('vm extend box --by 10m --timeout 20m');
    });
    afterAll(() => devnet.close());

    /** One gc, and everything agrees: the expiry is the public one, and what is held is the whole life that it allows. */
    const recovered = async (): Promise<void> => {
      await ok('gc --execute');
      const bills = await devnet.bills();
      expect([...brokenRecords(home, bills), ...unfinished(home, bills)]).toEqual([]);
      expect(await published()).toBe(formatInstant(vm().expiresAt));
      expect(vm().hold).toBe(wholeCost(vm().ttlSeconds));
    };
    const wholeCost = (seconds: number): bigint => creditsOver(new Exact(vm().rate), seconds);
    const later = (minutes: number): string => formatInstant(vm().expiresAt + minutes * 60_000);

    it.each(kills(crashPoints.extend))('W-115: %s; one gc, and the same call again has one extension', async (crash) => {
      const before = vm();
      const until = later(10);
      const line = `vm extend box --until ${until} --timeout 20m`;
      await killed(line, crash);
      await recovered();
      expect([formatInstant(before.expiresAt), until]).toContain(formatInstant(vm().expiresAt));
      expect(await ok(line)).toMatchObject({ expiresAt: until });
      await recovered();
      expect(vm()).toMatchObject({ expiresAt: before.expiresAt + 600_000, ttlSeconds: before.ttlSeconds + 600 });
    });

    it('an extension comes by no point more often than it is killed there', async () => {
      const ended = await home.run('vm extend box --by 10m --timeout 20m', { env: { ALEPH_AGENT_CRASH: oftener(crashPoints.extend) } });
      expect([ended.signal, ended.exit], ended.stdout).toEqual([null, 0]);
    });

    it.each(sides(crashPoints.gcOfExtension))('W-115: a gc that finishes an extension, %s; one more gc', async (crash) => {
      const until = later(10);
      await killed(`vm extend box --until ${until} --timeout 20m`, 'extend.hold:after:1');
      await killed('gc --execute', `${crash}:1`);
      await recovered();
      expect(formatInstant(vm().expiresAt)).toBe(until);
    });

    it.each(sides(crashPoints.extensionElsewhere))('W-115: %s; one gc finds the extended expiry that the ledger lost', async (crash) => {
      const known = vm();
      home.ledger((ledger) =>
        ledger.write('extend.revert', (transaction) =>
          transaction.updateVm(known.id, {
            expiresAt: known.expiresAt - 60_000,
            ttlSeconds: known.ttlSeconds - 60,
            hold: wholeCost(known.ttlSeconds - 60),
          }),
        ),
      );
      await killed('gc --execute', `${crash}:1`);
      await recovered();
      expect(vm().expiresAt).toBe(known.expiresAt);
    });

    it.each(sides(crashPoints.extensionUnpublished))('W-115: %s; ledger and network agree after one gc', async (crash) => {
      for (const host of ['ccn-a', 'ccn-b']) await devnet.fault(`${host} status 503 path=/api/v0/messages method=POST`);
      await killed('vm extend box --by 10m --timeout 20m', `${crash}:1`);
      await devnet.clearFaults();
      await ok('gc --execute');
      const bills = await devnet.bills();
      expect(brokenRecords(home, bills)).toEqual([]);
      expect(formatInstant(vm().expiresAt)).toBe(await published());
      expect(home.ledger((ledger) => ledger.operations({ kind: 'extend', state: 'running' }))).toEqual([]);
      // Put back before anything was sent, or gone on with by gc: what is held is what is public.
      expect(vm().hold).toBe(wholeCost(vm().ttlSeconds));
    });

    it.each(sides(crashPoints.operate))('W-115: %s; stop and start go on', async (crash) => {
      await killed('vm stop box --timeout 20m', `${crash}:1`);
      expect(await ok('vm stop box --timeout 20m')).toMatchObject({ state: 'stopped' });
      await killed('vm start box --timeout 20m', `${crash}:1`);
      expect(await ok('vm start box --timeout 20m')).toMatchObject({ state: 'healthy' });
    });
  });
