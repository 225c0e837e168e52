import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreed, persistently } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import { type AnvilProcess, startAnvil } from '../../support/devnet/anvil.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

const line = 'credits topup 5 --token usdc';
/** Three blocks, and the time in which both hosts hear of the distribution. */
const untilFinalMs = 60_000;

/** What goes on with a killed top-up. */
const followers = ['the same call', 'credits topup --resume', 'gc'] as const;

/** The binary killed while tokens leave the address: paid once and credited once, whoever goes on with it. */
export const crashTopUp = (start: StartDevnet, rounds: number) =>
  describe('a call killed at the effects of a top-up', { timeout: 180_000 }, () => {
    let devnet: AnyDevnet;
    let anvil: AnvilProcess;
    beforeAll(async () => {
      anvil = await startAnvil();
      devnet = await start({ nodes: 1, evm: anvil.url });
    });
    afterAll(async () => {
      await devnet.close();
      anvil.close();
    });

    const usdcOf = async ({ address }: AnyHome): Promise<number> => {
      const to = (await devnet.sale())!.chain.tokens.usdc;
      const data = `0x70a08231${address.slice(2).toLowerCase().padStart(64, '0')}`;
      return Number((await anvil.call('eth_call', { to, data }, 'latest')) as string) / 1e6;
    };
    const balanceOf = async (home: AnyHome): Promise<string> => {
      const ended = await persistently(() => home.run('credits balance'));
      expect(ended.exit, ended.stdout).toBe(0);
      return String((ended.document().data as { usd: string }).usd);
    };
    const open = (home: AnyHome): number => home.ledger((ledger) => ledger.operations({ kind: 'topup', state: 'running' }).length);
    const byGc = async (home: AnyHome): Promise<void> => {
      for (let round = 0; round < 4 && open(home) > 0; round += 1) {
        const ended = await persistently(() => home.run('gc --execute'));
        expect(ended.exit, ended.stdout).toBe(0);
        await devnet.advance(untilFinalMs);
      }
    };

    const cases = Array.from({ length: rounds }, (_, round) =>
      sides(crashPoints.topup).map((crash, at) => [crash, followers[(at + round) % 3]!, round] as const),
    );

    it.each(cases.flat())('W-013 N-07 credits topup, %s, then %s: paid once, credited once (round %i)', async (crash, next) => {
      const home = await devnet.home('1');
      await devnet.giveTokens(home.address, 'usdc', 20_000_000n);
      expect((await agreed(home, line, { ALEPH_AGENT_CRASH: crash })).signal).toBe('SIGKILL');
      const begun = crash !== 'topup.begin:before';
      expect(open(home)).toBe(begun && crash !== 'topup.settled:after' ? 1 : 0);
      if (open(home) > 0 && next === 'gc') await byGc(home);
      else if (open(home) > 0) {
        const ended = await agreed(home, next === 'the same call' ? line : next);
        expect(ended.exit, ended.stdout).toBe(0);
      }
      if (!begun) expect((await agreed(home, line)).exit).toBe(0);
      expect(open(home)).toBe(0);
      expect([await balanceOf(home), await usdcOf(home)]).toEqual(['6.0000', 15]);
    });
  });
