import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TypedData } from '../../../src/domain/approval/typed-data.ts';
import type { Ended } from '../../support/aleph-process.ts';
import { boss } from '../../support/approval/approver.ts';
import { sealHome } from '../../support/approval/first-approver.ts';
import { brokenRecords, persistently, unfinished } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';
import { approveAs } from '../../support/strays/unmarked-vm.ts';

/** The binary killed while something is approved, denied, voided, frozen or thawed: as if the call had not been, or as if it had ended. */
export const crashApprover = (start: StartDevnet) =>
  describe('a call killed at the effects of approvals and freezes', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 12 });
    });
    afterAll(() => devnet.close());

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

    const ok = async (home: AnyHome, line: string): Promise<Ended> => {
      const ended = await persistently(() => home.run(line));
      expect(ended.exit, `${line}: ${ended.stdout}`).toBe(0);
      return ended;
    };

    const asked = async (home: AnyHome, line: string): Promise<string> => {
      const ended = await persistently(() => home.run(line));
      expect(ended.exit, ended.stdout).toBe(10);
      return ended.document().error.facts['approval'] as string;
    };

    /** A home whose approver is a wallet: the person at a terminal is played by the row that the act leaves. */
    const sealedHome = async (): Promise<AnyHome> => {
      const home = await devnet.home('5');
      await sealHome(home, boss, devnet);
      return home;
    };

    const signature = async (home: AnyHome, id: string): Promise<string> => {
      const { sign } = (await ok(home, `approve ${id} --show`)).document().data as { sign: TypedData };
      const { EIP712Domain: _, ...types } = sign.types;
      return boss._signTypedData(sign.domain, types as unknown as Parameters<Wallet['_signTypedData']>[1], sign.message);
    };

    const stateOf = (home: AnyHome, id: string) => home.ledger((ledger) => ledger.approval(id)?.state);

    it.each(sides(crashPoints.grant))('%s: granted or not, and the same signature may be brought again', async (crash) => {
      const home = await sealedHome();
      const id = await asked(home, 'vm create big --cu 4');
      const signed = await signature(home, id);
      await killed(home, `approve ${id} --signature ${signed}`, crash);
      await collected(home);
      expect(stateOf(home, id)).toBe(crash.endsWith('after') ? 'granted' : 'pending');
      if (crash.endsWith('before')) await ok(home, `approve ${id} --signature ${signed}`);
      await ok(home, 'vm create big --cu 4 --no-wait');
      expect(stateOf(home, id)).toBe('used');
    });

    it.each(sides(crashPoints.seal))('%s: a seal is in force with its nonce used, or not at all', async (crash) => {
      const home = await sealedHome();
      const id = await asked(home, 'policy set --max-vms 4');
      const signed = await signature(home, id);
      await killed(home, `approve ${id} --signature ${signed}`, crash);
      await collected(home);
      const done = crash.endsWith('after');
      expect(
        home.ledger((ledger) => [ledger.policy({ account: home.address })?.version, ledger.isUsed(ledger.approval(id)!.nonce)]),
      ).toEqual(done ? [2, true] : [1, false]);
      expect((await ok(home, 'policy approver show')).document().data).toMatchObject({ sealed: true, version: done ? 2 : 1 });
    });

    it.each(sides(crashPoints.deny))('%s', async (crash) => {
      const home = await devnet.home('5');
      const id = await asked(home, 'vm create big --cu 4');
      await killed(home, `deny ${id}`, crash);
      await collected(home);
      expect(stateOf(home, id)).toBe(crash.endsWith('after') ? 'denied' : 'pending');
      await ok(home, `deny ${id}`);
      expect(stateOf(home, id)).toBe('denied');
    });

    it.each(sides(crashPoints.approvalsLost))('%s: what a rebuilt ledger cannot tell is void before anything is adopted', async (crash) => {
      const home = await devnet.home('5');
      const id = await asked(home, 'vm create big --cu 4');
      const other = await devnet.homeOf(home);
      await ok(other, 'vm create box --timeout 20m');
      const dead = await persistently(() => home.run('gc --execute', { env: { ALEPH_AGENT_CRASH: crash } }));
      expect(dead.signal, dead.stdout).toBe('SIGKILL');
      expect(home.ledger((ledger) => ledger.vms())).toEqual([]);
      await collected(home);
      expect(stateOf(home, id)).toBe('void');
      expect(home.ledger((ledger) => ledger.vms().map(({ state }) => state))).toEqual(['healthy']);
    });

    it.each(sides(crashPoints.freeze))('%s: frozen or not', async (crash) => {
      const home = await devnet.home('5');
      await killed(home, 'freeze', crash);
      await collected(home);
      const create = await persistently(() => home.run('vm create box --no-wait'));
      expect(create.exit).toBe(crash.endsWith('after') ? 4 : 0);
      if (create.exit !== 0) expect(create.document().error.code).toBe('FROZEN');
      await ok(home, 'freeze');
    });

    it.each(sides(crashPoints.thaw))('%s: thawed with the approval used, or neither', async (crash) => {
      const home = await sealedHome();
      await ok(home, 'freeze');
      const id = await asked(home, 'thaw');
      await ok(home, `approve ${id} --signature ${await signature(home, id)}`);
      await killed(home, 'thaw', crash);
      await collected(home);
      expect(stateOf(home, id)).toBe(crash.endsWith('after') ? 'used' : 'granted');
      await ok(home, 'thaw');
      await ok(home, 'vm create box --no-wait');
    });

    const usesOf = (home: AnyHome, id: string): number =>
      home.ledger(
        (ledger) =>
          ledger.effects().filter(({ point, outcome, facts }) => {
            return point === 'approval.use' && outcome === 'used' && 'approval' in facts && facts.approval === id;
          }).length,
      );

    it.each(sides(crashPoints.approvedCreate))(
      'W-115: vm create under an approval, %s; used once, or nothing held and granted still',
      async (crash) => {
        const home = await sealedHome();
        const line = 'vm create big --cu 4 --no-wait';
        const id = await asked(home, line);
        await ok(home, `approve ${id} --signature ${await signature(home, id)}`);
        await killed(home, line, crash);
        const held = () => home.ledger((ledger) => ledger.vms().map(({ hold }) => hold > 0n));
        const done = crash.endsWith('after');
        expect([stateOf(home, id), usesOf(home, id), held()]).toEqual(done ? ['used', 1, [true]] : ['granted', 0, []]);
        // past what a create that was never sent keeps held
        await collected(home, 16 * 60_000);
        expect([stateOf(home, id), usesOf(home, id), held()]).toEqual(done ? ['used', 1, [false]] : ['granted', 0, []]);
        if (done) expect(await asked(home, line)).not.toBe(id);
        else await ok(home, line);
        expect([stateOf(home, id), usesOf(home, id)]).toEqual(['used', 1]);
        expect((await devnet.bills()).filter(({ owner }) => owner === home.address)).toHaveLength(done ? 0 : 1);
      },
    );

    it.each(sides(crashPoints.approvalOvertaken))('%s, where what was approved has moved; it is never applied', async (crash) => {
      const home = await devnet.home('5');
      const line = 'policy set --max-vms 4';
      const id = await asked(home, line);
      approveAs(home.folder, id);
      await ok(home, 'policy set --max-vms 2');
      await killed(home, line, crash);
      await collected(home);
      expect(stateOf(home, id)).toBe(crash.endsWith('after') ? 'void' : 'granted');
      expect(await asked(home, line)).not.toBe(id);
      expect([stateOf(home, id), usesOf(home, id)]).toEqual(['void', 0]);
      expect((await ok(home, 'policy show')).document().data).toMatchObject({ version: 1 });
    });

    it.each(sides(crashPoints.alertsChosen))(
      'gc install with alerts, %s; used once, and nobody is alerted whom no person chose',
      async (crash) => {
        const home = await devnet.home('5');
        const bin = join(home.folder, 'bin');
        mkdirSync(bin);
        for (const name of ['systemctl', 'launchctl', 'alert']) writeFileSync(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
        const kept = join(bin, 'kept');
        writeFileSync(
          join(bin, 'crontab'),
          `#!/bin/sh\nif [ "$1" = -l ]; then [ -f '${kept}' ] && cat '${kept}' || { echo 'no crontab for me' >&2; exit 1; }; else cat > '${kept}'; fi\n`,
          { mode: 0o755 },
        );
        const env = { PATH: `${bin}:${process.env['PATH']}` };
        const line = `gc install --alert-command ${join(bin, 'alert')}`;
        const install = (crashing: Record<string, string> = {}) => persistently(() => home.run(line, { env: { ...env, ...crashing } }));
        const approved = async (): Promise<string> => {
          const ended = await install();
          expect(ended.exit, ended.stdout).toBe(10);
          const id = String(ended.document().error.facts['approval']);
          approveAs(home.folder, id);
          return id;
        };

        const id = await approved();
        const dead = await install({ ALEPH_AGENT_CRASH: crash });
        expect(dead.signal, dead.stdout).toBe('SIGKILL');
        const done = crash.endsWith('after');
        expect([stateOf(home, id), usesOf(home, id), existsSync(kept)]).toEqual(done ? ['used', 1, false] : ['granted', 0, false]);
        await collected(home);
        // Used up with nothing chosen yet, a person is asked anew: the other way round, one yes could count twice.
        const now = done ? await approved() : id;
        const ended = await install();
        expect(ended.exit, ended.stdout).toBe(0);
        expect([usesOf(home, id), usesOf(home, now), existsSync(kept)]).toEqual([1, 1, true]);
      },
    );
  });
