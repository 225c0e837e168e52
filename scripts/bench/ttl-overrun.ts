import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { serveDevnet } from '../../test/support/devnet/served-devnet.ts';
import { control } from './control.ts';
import type { Line } from './line.ts';
import { binary, environmentAt, runBeside, wordsOf } from './run.ts';

/** So many agents with so many VMs each: as many as the policy lets one have. */
const [agents, each] = [34, 3];
const atOnce = 2;
const ttlHours = 4;

const inTurns = async (tasks: readonly (() => Promise<void>)[]): Promise<void> => {
  const left = [...tasks];
  const worker = async (): Promise<void> => {
    for (let task = left.shift(); task !== undefined; task = left.shift()) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

interface Answer {
  ok: boolean;
  data: Record<string, unknown>;
  error?: { code: string; retryable: boolean };
}

interface Bill {
  hash: string;
  endedAt: number | null;
}

/**
 * How long after its published expiry a VM bills on while nothing of ours runs: only the devnet is alive, and plays the guests whose own
 * timers end them. Times are the devnet's.
 */
export const ttlOverrun = async (folder: string): Promise<Line[]> => {
  const served = join(folder, 'devnet');
  mkdirSync(served, { recursive: true });
  const devnet = await serveDevnet(served, ['--guests', 'exec', '--nodes', '80', '--clock-rate', '5', '--seed', '5']);
  const url = devnet.data.endpoints.control;
  try {
    const expiries = new Map<string, number>();
    const waiting: (() => Promise<void>)[] = [];
    const agentAt = (home: string) => {
      const env = { ...environmentAt(home), ALEPH_AGENT_NETWORK: 'devnet', ALEPH_AGENT_DEVNET: url };
      /** Again where nothing was done: a machine under load cannot always read in time. A create that failed is made again by `instead`. */
      const agent = async (line: string, instead: string | null = null): Promise<Answer['data']> => {
        for (let attempt = 1; ; attempt++) {
          const { stdout } = await runBeside([binary, ...wordsOf(`${line} --json --full`)], env);
          const answer = JSON.parse(stdout) as Answer;
          if (answer.ok) return answer.data;
          if (answer.error?.retryable !== true || attempt === 20) throw new Error(`${line}: ${stdout}`);
          if (answer.error.code === 'CREATE_FAILED' && instead !== null) await agent(instead);
        }
      };
      return agent;
    };
    const begin = async (place: number): Promise<void> => {
      const home = join(folder, `agent-${place}`);
      mkdirSync(home);
      const agent = agentAt(home);
      const { address } = await agent('keys create agent --unencrypted');
      await control(devnet, '/fund', { address, usd: '5' });
      for (let vm = 0; vm < each; vm++) {
        const create = `vm create vm-${vm} --ttl ${ttlHours}h --no-wait`;
        await agent(create);
        waiting.push(async () => {
          // the agents plan at one moment, so that more of them may draw a node than it has room for, three nodes in a row
          const made = await agent(`vm wait vm-${vm} --timeout 60m`, create);
          if (made['guestTimer'] !== 'armed') throw new Error(`vm-${vm} of agent ${place} has no timer`);
          expiries.set(String(made['itemHash']), Date.parse(String(made['expiresAt'])));
        });
      }
    };
    await inTurns(Array.from({ length: agents }, (_, place) => () => begin(place)));
    await control(devnet, '/clock/advance', { ms: 4 * 60_000 });
    await inTurns(waiting);

    // from here on no process of ours is alive but the devnet
    const last = Math.max(...expiries.values()) + 5 * 60_000;
    const now = async (): Promise<number> => ((await (await fetch(new URL('/time', url))).json()) as { now: number }).now;
    while ((await now()) < last) await control(devnet, '/clock/advance', { ms: 60_000 });
    const { bills } = (await (await fetch(new URL('/bills', url))).json()) as { bills: Bill[] };
    const overruns = bills
      .filter(({ hash }) => expiries.has(hash))
      .map(({ hash, endedAt }) => (endedAt === null ? Number.POSITIVE_INFINITY : (endedAt - expiries.get(hash)!) / 1000))
      .sort((a, b) => a - b);
    const of = `of ${overruns.length} VMs with everything of ours stopped`;
    return [
      { what: `TTL overrun ${of}, median`, found: overruns[Math.floor(overruns.length / 2)] ?? Number.NaN, most: null, unit: 's' },
      { what: `TTL overrun ${of}, longest`, found: overruns.at(-1) ?? Number.NaN, most: 120, unit: 's' },
      { what: 'ended before their expiry', found: overruns.filter((overrun) => overrun < 0).length, most: 0, unit: 'VMs' },
    ];
  } finally {
    await devnet.close();
  }
};
