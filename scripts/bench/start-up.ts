import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NodeVersion } from '../node-versions.ts';
import type { Line } from './line.ts';
import { binary, environmentAt, interleaved, run, wordsOf } from './run.ts';

const rounds = 12;

/** A network that answers nothing but 404, and tells when it is first asked. */
const nowhere = async (home: string) => {
  const server = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // nobody listens there: an MCP server that looks around must not be taken for the call that is timed
  const dead = 'http://127.0.0.1:9';
  const hosts = { ccn: [origin, origin], crnsList: origin, scheduler: origin, rpc: null, control: null };
  writeFileSync(
    join(home, 'settings.json'),
    JSON.stringify({
      networks: {
        bench: { ...hosts, private: true },
        dead: { ...hosts, private: true, ccn: [dead, 'http://127.0.0.2:9'], crnsList: dead, scheduler: dead },
      },
    }),
    { mode: 0o600 },
  );
  return server;
};

/** Milliseconds from the start of the process to its first request on the network; NaN where it never asks. */
const firstByte = async (node: string, server: Server, line: string, env: Readonly<Record<string, string>>): Promise<number> => {
  const begin = performance.now();
  const child = spawn(node, [binary, ...wordsOf(line)], { env, stdio: 'ignore' });
  const ended = new Promise<number>((resolve) => child.once('close', () => resolve(Number.NaN)));
  const asked = new Promise<number>((resolve) => server.once('request', () => resolve(performance.now() - begin)));
  const found = await Promise.race([asked, ended]);
  child.kill('SIGKILL');
  await ended;
  server.closeAllConnections();
  return found;
};

/** Milliseconds from the start of an MCP server to its first answer, to a client's first words. */
const mcpReady = async (node: string, env: Readonly<Record<string, string>>): Promise<number> => {
  const begin = performance.now();
  const child = spawn(node, [binary, 'mcp'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  const found = await new Promise<number>((resolve) => {
    child.stdout.once('data', () => resolve(performance.now() - begin));
    child.once('close', () => resolve(Number.NaN));
  });
  child.kill('SIGKILL');
  return found;
};

/** Where the build put the contexts of a call. */
const contextPart = (): string => {
  const { outputs } = JSON.parse(readFileSync('dist/metafile.json', 'utf8')) as { outputs: Record<string, unknown> };
  const path = Object.keys(outputs).find((name) => name.includes('/context-'));
  if (path === undefined) throw new Error('there is no main/context.ts in dist: npm run build comes first');
  return path.replace('dist/', './');
};

/**
 * Every budget that is a ratio to bare node, on this Node, this machine and in this environment. The first call of each line, which compiles
 * it, is the slowest and so no part of the least.
 */
export const startUp = async (home: string, { version, path: node }: NodeVersion): Promise<Line[]> => {
  const env = environmentAt(home);
  const { NODE_EXTRA_CA_CERTS: _, ...plain } = env;
  const timed =
    (args: readonly string[], its: Readonly<Record<string, string>> = env) =>
    (): number =>
      run(node, args, its).ms;
  const agent = (line: string) => timed([binary, ...wordsOf(line)]);
  const server = await nowhere(home);
  const first = agent('keys create bench --unencrypted --network bench')();
  const found = await interleaved(rounds, {
    bare: timed(['-e', '0']),
    version: agent('--version'),
    help: agent('--help'),
    status: agent('status --brief --offline --json'),
    schema: agent('schema errors'),
    ls: agent('vm ls --offline --json'),
    complete: timed([binary, '__complete', '--', 'vm', 'show', '']),
    read: () => firstByte(node, server, 'credits balance --network bench --json', env),
    create: () => firstByte(node, server, 'vm create bench --network bench --json', env),
    signed: timed(['scripts/bench/sign.cjs', contextPart()]),
    mcp: () => mcpReady(node, { ...env, ALEPH_AGENT_NETWORK: 'dead' }),
    plain: timed(['-e', '0'], plain),
    plainLs: timed([binary, ...wordsOf('vm ls --offline --json')], plain),
  });
  server.close();
  const ratio = (what: string, ms: number, most: number | null): Line => ({ what, found: ms / found.bare, most, unit: '× bare node' });
  return [
    { what: `bare node, ${version}`, found: found.bare, most: null, unit: 'ms' },
    ratio('the first call of all, which compiles (keys create)', first, null),
    ratio('--version', found.version, 1.3),
    ratio('--help', found.help, 1.3),
    ratio('status --brief --offline', found.status, 2.2),
    ratio('schema errors', found.schema, 2.2),
    ratio('vm ls --offline', found.ls, 2.2),
    ratio('completion of a VM’s name', found.complete, 2.2),
    ratio('first network byte of a read (credits balance)', found.read, 2.2),
    ratio('first network byte of what signs (vm create)', found.create, 2.2),
    ratio('SDK loaded and hot key signed', found.signed, 5.5),
    ratio('MCP server, from start to first answer', found.mcp, 4.5),
    { what: 'bare node without NODE_EXTRA_CA_CERTS', found: found.plain, most: null, unit: 'ms' },
    { what: 'vm ls --offline without NODE_EXTRA_CA_CERTS', found: found.plainLs / found.plain, most: null, unit: '× bare node' },
  ];
};
