import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { registry } from '../../src/commands/index.ts';
import { serveDevnet } from '../../test/support/served-devnet.ts';
import { control } from './control.ts';
import type { Line } from './line.ts';
import { binary, environmentAt, runBeside, wordsOf } from './run.ts';

/** Waits longer than is usual: machines are shared. */
const patient = (line: string): string => (line.startsWith('vm create') ? `${line} --timeout 20m` : line);

const draws = 32;

/** Ids are drawn at random, and some take more tokens than others: the mean over other ids of the same form. */
const typical = (text: string): number => {
  const drawn = (draw: number): string => {
    let place = 0;
    return text.replace(/\b[0-9a-f]{12}\b|\bop_\w{8}\b|(?<=:\d\d\.)\d{3}(?=Z)/g, (id) => {
      place += 1;
      const digest = createHash('sha256').update(`${draw} ${place}`).digest();
      if (id.startsWith('op_')) return `op_${digest.toString('base64url').toLowerCase().replace(/[-_]/g, 'x').slice(0, 8)}`;
      return id.length === 3 ? String(100 + (digest.readUInt16BE() % 900)) : digest.toString('hex').slice(0, 12);
    });
  };
  return Array.from({ length: draws }, (_, draw) => countTokens(drawn(draw))).reduce((sum, count) => sum + count, 0) / draws;
};

const tokens = (what: string, text: string, most: number | null): Line => ({ what, found: typical(text), most, unit: 'tokens' });
const longest = (texts: readonly string[]): string => [...texts].sort((a, b) => countTokens(b) - countTokens(a))[0] ?? '';

/** The most requests of which each began after the one before had ended: what latency is paid for. */
const roundTrips = (spans: readonly [number, number][]): number => {
  let [count, free] = [0, Number.NEGATIVE_INFINITY];
  for (const [begin, end] of [...spans].sort((a, b) => a[1] - b[1])) if (begin >= free) [count, free] = [count + 1, end];
  return count;
};

/** What agents read, in o200k tokens, on a devnet where everything really happens; and how often each call asks the network. */
export const answers = async (folder: string): Promise<Line[]> => {
  const home = join(folder, 'agent');
  const served = join(folder, 'devnet');
  for (const path of [home, served]) mkdirSync(path, { recursive: true });
  const devnet = await serveDevnet(served, ['--guests', 'exec', '--nodes', '20', '--clock-rate', '4', '--seed', '3']);
  const log = join(folder, 'requests');
  const env = { ...environmentAt(home), ALEPH_AGENT_NETWORK: 'devnet', ALEPH_AGENT_DEVNET: devnet.data.endpoints.control };
  const agent = async (line: string): Promise<string> => (await runBeside([binary, ...wordsOf(line)], env)).stdout;
  const trips: Line[] = [];
  const counted = async (line: string): Promise<string> => {
    rmSync(log, { force: true });
    const counter = resolve('scripts/bench/count-requests.cjs');
    const { stdout } = await runBeside(['--require', counter, binary, ...wordsOf(line)], { ...env, ALEPH_BENCH_REQUESTS: log });
    const spans = existsSync(log)
      ? readFileSync(log, 'utf8')
          .trim()
          .split('\n')
          .map((text) => JSON.parse(text) as [number, number])
      : [];
    trips.push({ what: `${line} (${spans.length} requests, waiting included)`, found: roundTrips(spans), most: null, unit: 'round trips' });
    return stdout;
  };
  try {
    const { address } = (JSON.parse(await agent('keys create agent --unencrypted --json')) as { data: { address: string } }).data;
    await control(devnet, '/fund', { address, usd: '5' });
    await counted('status --brief --json');
    await counted('credits balance --json');
    await counted('crns ls --json');
    const plan = await counted('vm create ci --ttl 2h --dry-run --json');
    const made = await counted(patient('vm create ci --ttl 2h --json'));
    const { items } = (JSON.parse(await counted('vm ls --json')) as { data: { items: unknown[] } }).data;
    const loop: [string, string][] = [];
    for (const line of [
      'status --brief --json',
      'vm create job --ttl 2h --json',
      'vm exec job --json -- uname -a',
      'vm destroy job --json',
    ])
      loop.push([line, await agent(patient(line))]);
    const undone = loop.filter(([, answer]) => !/^\{("ok":true|"network")/.test(answer)).map(([line, answer]) => `${line}: ${answer}`);
    if (undone.length > 0) throw new Error(`The loop went wrong: ${undone.join('; ')}`);
    await counted('vm destroy ci --json');
    const failures = await Promise.all(
      ['vm show nope', 'vm create x --ttl soon', 'keys show none', 'vm create y --crn 0000', 'vm lss'].map((line) =>
        agent(`${line} --json`),
      ),
    );
    const beyond = await agent('vm create big --cu 12 --ttl 30d --json');
    const helps = await Promise.all(registry.map(({ name }) => agent(`${name} --help`)));
    const profile = readFileSync('profiles/aleph-agent.md', 'utf8');
    const core = profile.split('## Every command')[0] ?? '';
    const longestHelp = longest(helps);
    return [
      tokens('root help', await agent(''), 400),
      tokens(`longest help of a command (${longestHelp.split('\n')[0] ?? ''})`, longestHelp, 350),
      tokens('profile, core', core, 2500),
      tokens('profile, all', profile, 9000),
      tokens('a `vm ls` row', JSON.stringify(items[0]), 61),
      tokens('a create result', made, 210),
      tokens('a failure, the longest of five', longest(failures), 160),
      tokens('a refusal by eight checks at once', beyond, null),
      tokens('a plan', plan, 250),
      tokens('status --brief', await agent('status --brief --json'), 60),
      { what: 'get a VM, run a command, destroy it', found: loop.length, most: 4, unit: 'calls' },
      tokens('the same with the core of the profile', [core, ...loop.flat()].join('\n'), 5000),
      ...trips,
    ];
  } finally {
    await devnet.close();
  }
};
