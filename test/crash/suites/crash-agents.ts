import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentState } from '../../../src/domain/agents/agent-record.ts';
import type { Ended } from '../../support/aleph-process.ts';
import { agreed, brokenRecords, persistently } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

/** A call that lets an agent in or puts it out, killed where the ledger hears of it: made again, it ends as if it had lived. */
export const crashAgents = (start: StartDevnet) =>
  describe('agents, killed at every effect of their own (safe.md §2)', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 3 });
    });
    afterAll(() => devnet.close());

    const ok = async (call: Promise<Ended>): Promise<Ended> => {
      const ended = await call;
      expect(ended.exit, ended.stdout).toBe(0);
      return ended;
    };
    const killed = async (home: AnyHome, line: string, crash: string): Promise<void> => {
      const ended = await agreed(home, line, { ALEPH_AGENT_CRASH: crash });
      expect(ended.signal, `${crash} was never reached: ${ended.stdout}`).toBe('SIGKILL');
      expect(brokenRecords(home, await devnet.bills())).toEqual([]);
    };
    const stateOf = (home: AnyHome): string =>
      home.ledger((ledger) => {
        const row = ledger.agent('ci');
        const slice = ledger.policy({ account: home.address })?.agents['ci'] ?? null;
        return row === null ? (slice === null ? 'unknown' : 'agreed') : agentState(row, slice, slice?.since ?? 0);
      });
    const add = 'agents add ci --budget 1';

    it.each(sides(crashPoints.agentsSet))('agents add, %s: let in by one more call, with one invitation', async (crash) => {
      const home = await devnet.home('5');
      await killed(home, add, crash);
      expect(stateOf(home)).toBe(crash.endsWith('after') ? 'invited' : 'agreed');
      const again = await persistently(() => home.run(add));
      // its invitation died with the call: the agent is there, and a new one is asked for
      if (crash.endsWith('after')) expect(again.document().error.code).toBe('NAME_TAKEN');
      else expect(again.document().data.invitation).toMatch(/^aleph-agent-invitation-/);
      await ok(agreed(home, 'agents rotate ci'));
      expect(stateOf(home)).toBe('invited');
    });

    it.each(sides(crashPoints.agentsSet))('agents rotate, %s: the invitation before counts until the new one does', async (crash) => {
      const home = await devnet.home('5');
      await ok(agreed(home, add));
      const invitation = () => home.ledger((ledger) => ledger.agent('ci')?.invitation);
      const before = invitation();
      await killed(home, 'agents rotate ci', crash);
      expect(invitation() === before).toBe(crash.endsWith('before'));
      await ok(agreed(home, 'agents rotate ci'));
      expect(invitation()).not.toBe(before);
    });

    it.each(sides(crashPoints.agentsSet))('agents revoke, %s: out after one more call, for good', async (crash) => {
      const home = await devnet.home('5');
      await ok(agreed(home, add));
      await killed(home, 'agents revoke ci', crash);
      expect(stateOf(home)).toBe(crash.endsWith('after') ? 'revoked' : 'invited');
      await ok(persistently(() => home.run('agents revoke ci')));
      expect(stateOf(home)).toBe('revoked');
      const again = await persistently(() => home.run(add));
      expect(again.document().error.code).toBe('NAME_TAKEN');
    });
  });
