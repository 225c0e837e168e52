import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreed, persistently } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

/** The binary killed while credits leave the account: they leave it once, whether the same call is made again or gc comes first. */
export const crashTransfer = (start: StartDevnet) =>
  describe('a call killed at the effects of a transfer', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 3 });
    });
    afterAll(() => devnet.close());

    const balanceOf = async (home: AnyHome): Promise<string> => {
      const ended = await persistently(() => home.run('credits balance'));
      expect(ended.exit, ended.stdout).toBe(0);
      return String((ended.document().data as { usd: string }).usd);
    };

    it.each(sides(crashPoints.transfer).flatMap((crash) => [[crash, 'the call'] as const, [crash, 'gc'] as const]))(
      'A-033 credits allow, %s, then %s: paid once',
      async (crash, next) => {
        const owner = await devnet.home('3');
        const agent = await devnet.home('0.5');
        const line = `credits allow ${agent.address} 1`;
        expect((await agreed(owner, line, { ALEPH_AGENT_CRASH: crash })).signal).toBe('SIGKILL');
        const begun = crash !== 'transfer.begin:before';
        await devnet.advance(31_000);
        if (next === 'gc') expect((await persistently(() => owner.run('gc --execute'))).exit).toBe(0);
        const open = owner.ledger((ledger) => ledger.operations({ kind: 'transfer', state: 'running' }).length);
        if (next === 'gc') expect(open).toBe(0);
        // by then it is another one
        const ended = next === 'gc' && begun ? null : crash === 'transfer.settled:after' ? null : await agreed(owner, line);
        if (ended !== null) expect(ended.exit, ended.stdout).toBe(0);
        expect(await balanceOf(agent)).toBe('1.5000');
        expect(await balanceOf(owner)).toBe('2.0000');
      },
    );
  });
