import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type AlephHome, startDevnet } from '../../test/support/devnet/devnet-process.ts';
import type { Home } from '../../test/support/home.ts';
import { putLimits } from '../../test/support/put-limits.ts';
import { type ServedSafe, serveSafe } from '../../test/support/safe/served-safe.ts';
import { letManyInWithTokens, wireCall } from '../../test/support/safe/wire-call.ts';
import type { Line } from './line.ts';
import { binary, environmentAt, interleaved, run } from './run.ts';

const agents = Array.from({ length: 500 }, (_, n) => `agent-${n}`);
const makers = agents.slice(0, 8);
const createsEach = 4;
const rounds = 8;

const msOf = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
};

/** What a process has in memory now, MiB; NaN where the machine does not tell. */
const memoryOf = (pid: number): number => {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
};

/** The same line typed in the owner's home and in an agent's, processes and all. */
const againstLocal = async (owner: AlephHome, agent: Home): Promise<Line[]> => {
  const lines = ['vm ls', 'status'];
  const found: Line[] = [];
  for (const line of lines) {
    const { local, through } = await interleaved(rounds, {
      local: () => msOf(() => owner.must(line)),
      through: () => msOf(() => agent.must(line)),
    });
    found.push({
      what: `${line} through a safe, against the same line local`,
      found: through / local,
      most: 1.2,
      unit: '× local',
      goal: true,
    });
  }
  return found;
};

/** The agent's line in the environment in which every line is compared with bare node: an extra CA file alone doubles that. */
const besideBare = async (agent: Home): Promise<Line> => {
  const env = environmentAt(agent.folder);
  const { bare, through } = await interleaved(rounds, {
    bare: () => run(process.execPath, ['-e', '0'], env).ms,
    through: () => run(process.execPath, [binary, 'status', '--json'], env).ms,
  });
  return { what: 'status through a safe', found: through / bare, most: 2.2, unit: '× bare node', goal: true };
};

/** How many requests are noted there. */
const noted = (file: string): number => readFileSync(file, 'utf8').split('\n').length - 1;

/** A call of this agent, made again as long as the safe is too busy for it. */
const answered = async (safe: ServedSafe, agent: string, body: unknown): Promise<void> => {
  const answer = await wireCall(safe.socket, agent, body);
  if (!answer.ok && answer.error.code !== 'SAFE_BUSY') throw new Error(`${agent}: ${JSON.stringify(answer)}`);
  if (!answer.ok) await answered(safe, agent, body);
};

const creates = async (safe: ServedSafe): Promise<Line> => {
  let made = 0;
  const maker = async (agent: string): Promise<void> => {
    for (let vm = 0; vm < createsEach; vm += 1) {
      const name = `${agent}-${vm}`;
      const { ok } = await wireCall(safe.socket, agent, { command: 'vm create', input: { name, ttl: '1h', wait: false, requestId: name } });
      made += ok ? 1 : 0;
    }
  };
  const ms = await msOf(() => Promise.all(makers.map(maker)));
  return { what: `creates through a safe, ${makers.length} agents at once`, found: (made / ms) * 60_000, most: null, unit: 'a minute' };
};

/** A safe on this machine over a devnet on this machine: calls, start, memory, and many agents at once (safe.md §7.8). Goals, none of which ends anything. */
export const throughSafe = async (): Promise<Line[]> => {
  const devnet = await startDevnet({ nodes: 40, clockRate: 1 });
  const owner = await devnet.home('50');
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-bench-'));
  const requests = join(folder, 'requests');
  let safe = await serveSafe(owner);
  try {
    const ci = await safe.agent('ci');
    const ratios = [...(await againstLocal(owner, ci)), await besideBare(ci)];
    const now = await devnet.now();
    owner.ledger((ledger) => {
      const much = 10n ** 9n;
      const limits = { maxVms: 100, creationsPerMinute: 1000, maxBurnCreditsPerHour: much, maxDayCredits: much, maxTotalCredits: much };
      putLimits(ledger, owner.address, limits);
      letManyInWithTokens(ledger, agents, { account: owner.address, now });
    });
    await safe.close();
    const start = await msOf(async () => {
      safe = await serveSafe(owner, {
        env: { NODE_OPTIONS: `--require ${resolve('scripts/bench/count-requests.cjs')}`, ALEPH_BENCH_REQUESTS: requests },
      });
    });
    for (const agent of agents.slice(0, 20)) await answered(safe, agent, { command: 'vm ls' });
    const idle = memoryOf(safe.pid);
    const before = noted(requests);
    const times = await Promise.all(agents.map((agent) => msOf(() => answered(safe, agent, { command: 'status' }))));
    times.sort((a, b) => a - b);
    const asked = noted(requests) - before;
    return [
      ...ratios,
      { what: 'start of serve, with 500 agents, until it answers', found: start, most: 1000, unit: 'ms', goal: true },
      { what: 'memory of a safe with 500 agents idle', found: idle, most: 150, unit: 'MiB', goal: true },
      { what: '500 agents asking status at once, p95', found: times[Math.floor(times.length * 0.95)]!, most: 1000, unit: 'ms', goal: true },
      { what: 'what these 500 asked of the network', found: asked, most: 100, unit: 'requests', goal: true },
      await creates(safe),
    ];
  } finally {
    await safe.close();
    await devnet.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
