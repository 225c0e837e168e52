import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { registry } from '../src/commands/index.ts';

/** The budgets of conventions.md §8 that apply so far: times as ratios to bare node on this machine, answers in o200k tokens. */
interface Line {
  what: string;
  found: number;
  most: number;
  unit: '× bare node' | 'tokens';
}

const rounds = 15;
const home = mkdtempSync(join(tmpdir(), 'aleph-agent-bench-'));
const binary = 'bin/aleph-agent.js';
const environment = { PATH: process.env['PATH'] ?? '', HOME: home, ALEPH_AGENT_HOME: home };

/** What the machine does beside us only ever adds. */
const least = (numbers: readonly number[]): number => Math.min(...numbers);

const run = (args: readonly string[]): { ms: number; stdout: string } => {
  const begin = performance.now();
  const { stdout, error } = spawnSync(process.execPath, args, { env: environment, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { ms: performance.now() - begin, stdout };
};

const agent = (line: string): string => run([binary, ...line.split(' ').filter((word) => word !== '')]).stdout;

/** Interleaved, so that a machine that slows down slows all of them. */
const times = (lines: Readonly<Record<string, readonly string[]>>): Record<string, number> => {
  const all = Object.fromEntries(Object.keys(lines).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) for (const [name, args] of Object.entries(lines)) all[name]?.push(run(args).ms);
  return Object.fromEntries(Object.entries(all).map(([name, found]) => [name, least(found)]));
};

/** Milliseconds from the start of the process to its first request on the network. */
const firstByte = async (line: string): Promise<number> => {
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const hosts = { ccn: [origin, origin], crnsList: origin, scheduler: origin, rpc: null, control: null };
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ networks: { bench: hosts } }), { mode: 0o600 });
    const begin = performance.now();
    const child = spawn(process.execPath, [binary, ...line.split(' ')], { env: environment, stdio: 'ignore' });
    const asked = new Promise<number>((resolve) => server.once('request', () => resolve(performance.now() - begin)));
    const ended = new Promise<number>((resolve) => child.once('close', () => resolve(Number.NaN)));
    found.push(await Promise.race([asked, ended]));
    child.kill();
    server.closeAllConnections();
    server.close();
  }
  return least(found);
};

const budgets = async (): Promise<Line[]> => {
  const local = {
    status: [binary, 'status', '--brief', '--json'],
    schema: [binary, 'schema', 'errors'],
    ls: [binary, 'vm', 'ls', '--json'],
  };
  const found = times({ bare: ['-e', '0'], version: [binary, '--version'], help: [binary, '--help'], ...local });
  agent('keys create bench --unencrypted --network bench');
  const read = await firstByte('credits balance --network bench --json');
  const bare = found['bare'] ?? Number.NaN;
  const ratio = (what: string, ms: number | undefined, most: number): Line => ({
    what,
    found: (ms ?? Number.NaN) / bare,
    most,
    unit: '× bare node',
  });
  const tokens = (what: string, text: string, most: number): Line => ({ what, found: countTokens(text), most, unit: 'tokens' });
  const helps = registry.map(({ name }) => agent(`${name} --help`)).sort((a, b) => countTokens(b) - countTokens(a));
  const profile = readFileSync('profiles/aleph-agent.md', 'utf8');
  return [
    ratio('--version', found['version'], 1.3),
    ratio('--help', found['help'], 1.3),
    ratio('status --brief', found['status'], 2.2),
    ratio('schema errors', found['schema'], 2.2),
    ratio('vm ls', found['ls'], 2.2),
    ratio('first network byte of a read', read, 2.2),
    tokens('root help', agent(''), 400),
    tokens(`longest help of a command (${helps[0]?.split('\n')[0] ?? ''})`, helps[0] ?? '', 350),
    tokens('profile, core', profile.split('## Every command')[0] ?? '', 2500),
    tokens('profile, all', profile, 6000),
    tokens('status --brief', agent('status --brief --json'), 60),
    tokens('a failure', agent('vm show nope --json'), 160),
  ];
};

try {
  const lines = await budgets();
  for (const { what, found, most, unit } of lines) {
    const shown = unit === 'tokens' ? String(found) : found.toFixed(2);
    process.stdout.write(`${found <= most ? 'ok  ' : 'OVER'}  ${what.padEnd(60)} ${shown.padStart(6)} of ${most} ${unit}\n`);
  }
  // a figure that could not be measured is over, too
  if (process.argv.includes('--check') && lines.some(({ found, most }) => !(found <= most))) process.exitCode = 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}
