import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRecords } from '../../support/crash/crash-case.ts';
import { crashPoints, sides } from '../../support/crash/crash-points.ts';
import type { AnyDevnet, AnyHome, StartDevnet } from '../../support/devnet/devnet-process.ts';

interface Row {
  port: number;
  state: string;
}

/** A process that dies while it forwards ports leaves nothing that the same command does not finish. */
export const crashPorts = (start: StartDevnet) =>
  describe('a call killed while it forwards ports (product.md §7.2)', () => {
    let devnet: AnyDevnet;
    let home: AnyHome;
    const ok = async (line: string): Promise<{ items: Row[] }> => {
      const ended = await home.run(line);
      expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
      return (JSON.parse(ended.stdout) as { data: { items: Row[] } }).data;
    };
    const openPorts = async (): Promise<(number | string)[][]> =>
      (await ok('vm port ls box')).items.map(({ port, state }) => [port, state]);

    beforeAll(async () => {
      devnet = await start({ nodes: 12 });
      home = await devnet.home('5');
      await ok('vm create box --ttl 1h --timeout 20m');
    });
    afterAll(() => devnet.close());

    it.each(sides(crashPoints.ports))('W-115: %s; the same call again opens and closes what was asked for', async (crash) => {
      for (const [line, expected] of [
        ['vm port add box 8080 53/udp', [22, 53, 8080]],
        ['vm port rm box 8080/tcp 53/udp', [22]],
      ] as const) {
        const killed = await home.run(`${line} --timeout 20m`, { env: { ALEPH_AGENT_CRASH: `${crash}:1` } });
        expect(killed.signal, `${crash} was never reached: ${killed.stdout}`).toBe('SIGKILL');
        expect(brokenRecords(home, await devnet.bills())).toEqual([]);
        // past the lease of the dead
        await devnet.advance(31_000);
        await ok(`${line} --timeout 20m`);
        expect(await openPorts()).toEqual(expected.map((port) => [port, 'open']));
      }
    });
  });
