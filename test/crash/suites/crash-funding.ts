import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { funderSetting } from '../../../src/lifecycle/policy/funder-setting.ts';
import type { Ended } from '../../support/aleph-process.ts';
import { fundHome } from '../../support/approval/fund-home.ts';
import { agreed, brokenRecords, persistently } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

const line = 'vm create big --cu 4 --no-wait';

/** The binary killed while a transfer of its funder approves what it asks: the transfer approves one VM, however often the call is made. */
export const crashFunding = (start: StartDevnet) =>
  describe('a call killed at the effects of approval by funding', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 12 });
    });
    afterAll(() => devnet.close());

    const killed = async (home: AnyHome, words: string, crash: string): Promise<void> => {
      const ended = await persistently(() => home.run(words, { env: { ALEPH_AGENT_CRASH: `${crash}:1` } }));
      expect(ended.signal, `${crash} was never reached: ${ended.stdout}`).toBe('SIGKILL');
    };

    const collected = async (home: AnyHome, afterMs: number): Promise<void> => {
      await devnet.advance(afterMs);
      await ok(home, 'gc --execute');
      expect(brokenRecords(home, await devnet.bills())).toEqual([]);
    };

    const ok = async (home: AnyHome, words: string): Promise<Ended> => {
      const ended = await persistently(() => home.run(words));
      expect(ended.exit, `${words}: ${ended.stdout}`).toBe(0);
      return ended;
    };

    interface Asked {
      id: string;
      command: string;
    }

    const asked = async (home: AnyHome): Promise<Asked> => {
      const ended = await persistently(() => home.run(line));
      expect(ended.exit, ended.stdout).toBe(10);
      const { facts, fix } = ended.document().error;
      return { id: String(facts['approval']), command: String(fix?.command).replace('aleph-agent ', '') };
    };

    /** An agent's home, and that of its funder. */
    const homes = async (): Promise<{ agent: AnyHome; funder: AnyHome }> => {
      const [agent, funder] = [await devnet.home('2'), await devnet.home('2')];
      await fundHome(agent, funder.address, devnet);
      return { agent, funder };
    };

    const pays = async (funder: AnyHome, { command }: Asked): Promise<void> => {
      await devnet.advance(1_000);
      const ended = await agreed(funder, command);
      expect(ended.exit, ended.stdout).toBe(0);
    };

    const stateOf = (home: AnyHome, id: string) => home.ledger((ledger) => ledger.approval(id)?.state);
    const usesOf = (home: AnyHome): number =>
      home.ledger((ledger) => ledger.effects({ point: 'approval.use' }).filter(({ outcome }) => outcome === 'used').length);

    it('policy set --funder none, killed: the funder is there, or gone, and the same call ends it', async () => {
      const { agent, funder } = await homes();
      const named = () =>
        agent.ledger((ledger) => {
          const context = { rootPolicy: () => null, networkId: null, signatures: { signerOf: () => null } };
          return funderSetting(ledger, { account: agent.address }, { approver: null, context: context as never }).funder;
        });
      for (const crash of sides(crashPoints.funderSet)) {
        await killed(agent, 'policy set --funder none', crash);
        expect(named(), crash).toBe(crash.endsWith('after') ? null : funder.address);
      }
      await ok(agent, 'policy set --funder none');
    });

    it.each(sides(crashPoints.fundedCreate))('killed at the grant, and at %s: the transfer is used once, with the hold', async (crash) => {
      const { agent, funder } = await homes();
      const request = await asked(agent);
      await pays(funder, request);
      for (const grant of sides(crashPoints.funded)) {
        await killed(agent, line, grant);
        expect(stateOf(agent, request.id)).toBe(grant.endsWith('after') ? 'granted' : 'pending');
      }
      await killed(agent, line, crash);
      const done = crash.endsWith('after');
      expect([stateOf(agent, request.id), usesOf(agent)]).toEqual(done ? ['used', 1] : ['granted', 0]);
      if (done) {
        // past what a create that was never sent keeps held
        await collected(agent, 16 * 60_000);
        expect((await asked(agent)).id).not.toBe(request.id);
      } else await ok(agent, line);
      expect([stateOf(agent, request.id), usesOf(agent)]).toEqual(['used', 1]);
      expect((await devnet.bills()).filter(({ owner }) => owner === agent.address)).toHaveLength(done ? 0 : 1);
    });
  });
