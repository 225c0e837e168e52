import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { registry } from '../../src/commands/index.ts';
import type { Tool } from '../../src/surfaces/mcp/tool-list.ts';
import { serveDevnet } from '../../test/support/devnet/served-devnet.ts';
import { control } from './control.ts';
import type { Line } from './line.ts';
import { binary, environmentAt, runBeside, wordsOf } from './run.ts';

/** Waits longer than is usual: machines are shared. */
const patient = (line: string): string => (line.startsWith('vm create') ? `${line} --timeout 20m` : line);

const draws = 32;

/** As between a home and the network's hosts. */
const roundTripMs = 100;

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

/** A tool as most clients show it to the model, and with its output schema. */
const asSeen = ({ name, description, inputSchema }: Tool): string => JSON.stringify({ name, description, inputSchema });
const whole = ({ annotations: _, ...tool }: Tool): string => JSON.stringify(tool);

const tokens = (what: string, text: string, most: number | null): Line => ({ what, found: typical(text), most, unit: 'tokens' });
const longest = (texts: readonly string[]): string => [...texts].sort((a, b) => countTokens(b) - countTokens(a))[0] ?? '';

/** What a text takes of a screen of 80 columns. */
const rowsOf = (text: string): number =>
  text
    .trimEnd()
    .split('\n')
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / 80)), 0);
const rows = (what: string, text: string, most: number): Line => ({ what, found: rowsOf(text), most, unit: 'rows' });

/** The most requests of which each began after the one before had ended: what latency is paid for. */
const wavesOf = (spans: readonly (readonly [number, number, ...unknown[]])[]): number => {
  let [count, free] = [0, Number.NEGATIVE_INFINITY];
  for (const [begin, end] of [...spans].sort((a, b) => a[1] - b[1])) if (begin >= free) [count, free] = [count + 1, end];
  return count;
};

/** At most so many waves, and so many requests; null: shown to be compared. */
type Budget = readonly [waves: number | null, requests: number | null];

/** When a request began and ended, and what it asked. */
type Request = [begin: number, end: number, called: string];

const posts = ([, , called]: Request): boolean => called === 'POST /api/v0/messages';

/** The requests that make a hold public: from the first post on, until the VM's own message is posted. */
const headRequests = (requests: readonly Request[]): Request[] => {
  const inOrder = [...requests].sort((a, b) => a[0] - b[0]);
  const from = inOrder.slice(inOrder.findIndex(posts));
  const read = from.findIndex((request) => !posts(request));
  const next = from.findIndex((request, place) => place > read && posts(request));
  return next === -1 ? from : from.slice(0, next);
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
  const waves: Line[] = [];
  const requestsOf = async (line: string, delayMs: number): Promise<{ stdout: string; spans: Request[]; ms: number }> => {
    rmSync(log, { force: true });
    const counter = resolve('scripts/bench/count-requests.cjs');
    const more = { ALEPH_BENCH_REQUESTS: log, ALEPH_BENCH_DELAY: String(delayMs) };
    const begin = performance.now();
    const { stdout } = await runBeside(['--require', counter, binary, ...wordsOf(line)], { ...env, ...more });
    const ms = performance.now() - begin;
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    return { stdout, spans: lines.map((text) => JSON.parse(text) as Request), ms };
  };
  const count = (what: string, spans: readonly Request[], [mostWaves, mostRequests]: Budget): void => {
    waves.push(
      { what, found: wavesOf(spans), most: mostWaves, unit: 'waves' },
      { what: '  the same', found: spans.length, most: mostRequests, unit: 'requests' },
    );
  };
  /** Counted where latency keeps waves apart. */
  const counted = async (line: string, most: Budget): Promise<string> => {
    const { stdout, spans } = await requestsOf(line, roundTripMs);
    count(line, spans, most);
    return stdout;
  };
  const timed = async (line: string, delayMs: number): Promise<void> => {
    const { ms } = await requestsOf(line, delayMs);
    waves.push({ what: `${line} at ${delayMs} ms a round trip`, found: ms, most: null, unit: 'ms' });
  };
  /** A create, and what of it makes its hold public. */
  const timedCreate = async (name: string, delayMs: number): Promise<Request[]> => {
    const line = `vm create ${name} --ttl 2h --no-wait --json`;
    const { spans, ms } = await requestsOf(line, delayMs);
    const head = headRequests(spans);
    const headMs = Math.max(...head.map(([, end]) => end)) - Math.min(...head.map(([begin]) => begin));
    const at = `at ${delayMs} ms a round trip`;
    waves.push(
      { what: `${line} ${at}`, found: ms, most: null, unit: 'ms' },
      { what: '  of these, to make the hold public', found: headMs, most: null, unit: 'ms' },
      { what: '  without them', found: ms - headMs, most: null, unit: 'ms' },
    );
    return spans;
  };
  try {
    const { address } = (JSON.parse(await agent('keys create agent --unencrypted --json')) as { data: { address: string } }).data;
    await control(devnet, '/fund', { address, usd: '5' });
    await counted('status --brief --json', [1, 24]);
    await counted('credits balance --json', [1, 12]);
    for (const delayMs of [0, roundTripMs]) await timed('credits balance --json', delayMs);
    await counted('crns ls --json', [2, 40]);
    const plan = await counted('vm create ci --ttl 2h --dry-run --json', [2, 64]);
    const planText = await agent('vm create ci --ttl 2h --dry-run');
    const made = await agent(patient('vm create ci --ttl 2h --task bench --json'));
    await timedCreate('sooner', 0);
    const created = await timedCreate('later', roundTripMs);
    count('vm create later --ttl 2h --no-wait --json', created, [5, 68]);
    count('  of these, to make the hold public', headRequests(created), [2, 6]);
    await agent('vm destroy sooner --json');
    const { items } = (JSON.parse(await counted('vm ls --json', [2, 16])) as { data: { items: { name: string }[] } }).data;
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
    await counted('vm destroy ci --task bench --json', [6, 18]);
    const failures = await Promise.all(
      ['vm show nope', 'vm create x --ttl soon', 'keys show none', 'vm create y --crn 0000', 'vm lss'].map((line) =>
        agent(`${line} --json`),
      ),
    );
    const beyond = await agent('vm create big --cu 12 --ttl 30d --json');
    const helps = await Promise.all(registry.map(({ name }) => agent(`${name} --help`)));
    const tools = JSON.parse(readFileSync('test/surfaces/mcp/tools-list.golden', 'utf8')) as Tool[];
    const profile = readFileSync('profiles/aleph-agent.md', 'utf8');
    const core = profile.split('## Every command')[0] ?? '';
    const [tallestHelp = ''] = [...helps].sort((a, b) => rowsOf(b) - rowsOf(a));
    return [
      rows('root help', await agent(''), 24),
      rows(`the tallest help of a command (${tallestHelp.split('\n')[0] ?? ''})`, tallestHelp, 45),
      rows('a plan', planText, 10),
      tokens('profile, core', core, 2500),
      tokens('profile, all', profile, 9000),
      tokens('MCP tools of the default set, with inputs', tools.map(asSeen).join(''), 1000),
      tokens('the same with what they answer', tools.map(whole).join(''), 2000),
      tokens('a `vm ls` row with a task', JSON.stringify(items.find(({ name }) => name === 'ci')), 75),
      tokens('a create result', made, 230),
      tokens('a failure, the longest of five', longest(failures), 180),
      tokens('a refusal by eight checks at once', beyond, null),
      tokens('a plan', plan, 280),
      tokens('status --brief', await agent('status --brief --json'), 90),
      { what: 'get a VM, run a command, destroy it', found: loop.length, most: 4, unit: 'calls' },
      tokens('the same with the core of the profile', [core, ...loop.flat()].join('\n'), 5000),
      ...waves,
    ];
  } finally {
    await devnet.close();
  }
};
