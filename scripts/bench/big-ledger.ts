import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serveDevnet } from '../../test/support/devnet/served-devnet.ts';
import { useLedger } from '../../test/support/use-ledger.ts';
import { control } from './control.ts';
import { fillLedger, lifeIn } from './fill-ledger.ts';
import type { Line } from './line.ts';
import { binary, environmentAt, interleaved, runBeside, wordsOf } from './run.ts';

const rounds = 5;
const size = { vms: 10_000, effects: 200_000 };

/** As between a home and the network's hosts. */
const roundTripMs = 100;

/** What calls take on a ledger of ten thousand VMs, beside what they take on one that has none: whole processes, one after another. */
export const bigLedger = async (folder: string): Promise<Line[]> => {
  const served = join(folder, 'devnet');
  mkdirSync(served, { recursive: true });
  const devnet = await serveDevnet(served, ['--guests', 'exec', '--nodes', '20', '--seed', '3']);
  const agentAt = async (name: string) => {
    const home = join(folder, name);
    mkdirSync(home);
    const env = { ...environmentAt(home), ALEPH_AGENT_NETWORK: 'devnet', ALEPH_AGENT_DEVNET: devnet.data.endpoints.control };
    const agent = async (line: string, node: readonly string[] = [], more = {}): Promise<{ data: Record<string, unknown>; ms: number }> => {
      const begin = performance.now();
      const { stdout } = await runBeside([...node, binary, ...wordsOf(`${line} --json`)], { ...env, ...more });
      const ms = performance.now() - begin;
      const answer = JSON.parse(stdout) as { ok: boolean; data: Record<string, unknown> };
      if (!answer.ok) throw new Error(`${line} in ${name}: ${stdout}`);
      return { data: answer.data, ms };
    };
    const { address } = (await agent('keys create agent --unencrypted')).data as { address: string };
    await control(devnet, '/fund', { address, usd: '50' });
    return { home, address, agent };
  };
  const delayed = ['--require', resolve('scripts/bench/count-requests.cjs')];
  const more = { ALEPH_BENCH_REQUESTS: join(folder, 'requests'), ALEPH_BENCH_DELAY: String(roundTripMs) };
  try {
    const first = await agentAt('first');
    await first.agent('vm create ci --ttl 2h --timeout 20m');
    await first.agent('vm destroy ci');
    await first.agent('gc --execute');
    const life = useLedger(first.home, (ledger) => lifeIn(ledger, 'ci'));
    const [empty, big] = [await agentAt('empty'), await agentAt('big')];
    fillLedger(big.home, life, big.address, size);
    for (const { agent } of [empty, big]) for (const name of ['one', 'two']) await agent(`vm create ${name} --ttl 2h --no-wait`);
    let made = 0;
    /** A create is ended again, so that each finds the account as the one before. */
    const timed =
      ({ agent }: typeof empty, line: string) =>
      async (): Promise<number> => {
        made += 1;
        const { ms } = await agent(line.replace('NAME', `vm-${made}`), delayed, more);
        if (line.includes('NAME')) {
          await agent(`vm destroy vm-${made}`);
          // the policy lets so many be made a minute
          await control(devnet, '/clock/advance', { ms: 30_000 });
        }
        return ms;
      };
    const lines: Line[] = [];
    for (const line of ['status', 'vm ls', 'vm create NAME --ttl 2h --no-wait', 'gc --execute']) {
      const found = await interleaved(rounds, { empty: timed(empty, line), big: timed(big, line) });
      const what = `${line.replace('NAME', 'x')}`;
      lines.push(
        { what: `${what} on an empty ledger, ${roundTripMs} ms a round trip`, found: found.empty, most: null, unit: 'ms' },
        { what: `  with ${size.vms} VMs and ${size.effects} effects`, found: found.big, most: null, unit: 'ms' },
        { what: '  that is', found: found.big / found.empty, most: 1.5, unit: '× empty' },
      );
    }
    return lines;
  } finally {
    await devnet.close();
  }
};
