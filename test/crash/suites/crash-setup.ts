import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRecords, persistently } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, StartDevnet } from '../../support/devnet/devnet-process.ts';

/** A process that dies while a new VM is set up leaves a VM whose script the same call runs, or waits for, or knows to have run. */
export const crashSetup = (start: StartDevnet) =>
  describe('a create killed while its setup script runs', () => {
    let devnet: AnyDevnet;
    beforeAll(async () => {
      devnet = await start({ nodes: 12, guests: 'exec' });
    });
    afterAll(() => devnet.close());

    it.each(sides(crashPoints.setup))('W-115: %s; the same call again, and the script has run to its end once', async (crash) => {
      const home = await devnet.home('5');
      const [script, runs] = [join(home.folder, 'setup.sh'), join(home.folder, 'runs')];
      writeFileSync(script, `echo run >>'${runs}'\n`);
      const line = `vm create box --ttl 1h --guest-timer off --request-id job --setup ${script} --timeout 20m`;
      const killed = await persistently(() => home.run(line, { env: { ALEPH_AGENT_CRASH: `${crash}:1` } }));
      expect(killed.signal, `${crash} was never reached: ${killed.stdout}${killed.stderr}`).toBe('SIGKILL');
      expect(brokenRecords(home, await devnet.bills())).toEqual([]);
      // past the lease of the dead
      await devnet.advance(31_000);
      const again = await persistently(() => home.run(line));
      expect(again.exit, again.stdout).toBe(0);
      expect(again.document().data).toMatchObject({ replayed: true, setup: { exitCode: 0 } });
      expect(readFileSync(runs, 'utf8')).toBe('run\n');
    });
  });
