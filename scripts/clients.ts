import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bridge, startServer } from './clients/http-bridge.ts';
import { makeBundle } from './clients/make-bundle.ts';
import { mcpbVersion } from './clients/mcpb-version.ts';
import { nodeVersions } from './node-versions.ts';

/**
 * `npm run clients`: the official inspector, conformance scenarios and bundle tool against the built server, each on the newest Node that is
 * to be had. Installs them into a temporary folder; not in CI.
 */
const versions = { inspector: '2.12.0', conformance: '0.1.16', mcpb: mcpbVersion } as const;
/** Those that a server without the suite's own test tools can pass. */
const scenarios = ['server-initialize', 'ping', 'tools-list'];

const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-clients-'));
const node = nodeVersions().had.at(-1)!;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const run = (program: string, words: readonly string[], cwd = folder): Promise<{ exit: number | null; text: string; said: string }> =>
  new Promise((done) => {
    const env = { PATH: `${join(node.path, '..')}:${process.env['PATH'] ?? ''}`, HOME: folder, ALEPH_AGENT_NETWORK: 'devnet' };
    const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [text, said] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      said += more;
    });
    child.once('close', (exit) => done({ exit, text: text === '' ? said : text, said }));
  });
const tool = (name: string): string => join(folder, 'node_modules/.bin', name);
let failed = 0;
const report = (what: string, good: boolean, text: string): void => {
  print(`${good ? 'ok    ' : 'FAILED'} ${what}`);
  if (!good) print(text.slice(-2000));
  failed += good ? 0 : 1;
};

try {
  const names = [
    `@modelcontextprotocol/inspector@${versions.inspector}`,
    `@modelcontextprotocol/conformance@${versions.conformance}`,
    `@anthropic-ai/mcpb@${versions.mcpb}`,
  ];
  const installed = spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', ...names], {
    encoding: 'utf8',
  });
  if (installed.status !== 0) throw new Error(installed.stderr);
  print(`on Node ${node.version}: ${names.join(', ')}`);

  const server = [node.path, resolve('bin/aleph-agent.js'), 'mcp', '--method'];
  const listed = await run(tool('mcp-inspector'), ['--cli', ...server, 'tools/list', '--strict']);
  const tools = listed.exit === 0 ? (JSON.parse(listed.text) as { tools: unknown[] }).tools : [];
  report(`inspector: tools/list, strictly (${tools.length} tools)`, tools.length > 0, listed.said);
  const called = await run(tool('mcp-inspector'), ['--cli', ...server, 'tools/call', '--tool-name', 'status']);
  report('inspector: tools/call status', called.exit === 0 && /"structuredContent"/.test(called.text), called.text);

  const suite = await bridge(() => startServer(folder));
  for (const scenario of scenarios) {
    const { exit, text } = await run(tool('conformance'), ['server', '--url', suite.url, '--scenario', scenario]);
    report(`conformance: ${scenario}`, exit === 0 && /0 failed/.test(text), text);
  }
  suite.close();

  const bundle = join(folder, 'bundle');
  makeBundle(bundle);
  const valid = await run(tool('mcpb'), ['validate', join(bundle, 'manifest.json')]);
  report('mcpb: validate', valid.exit === 0, valid.text);
  const packed = await run(tool('mcpb'), ['pack', bundle, join(folder, 'aleph-agent.mcpb')]);
  report('mcpb: pack', packed.exit === 0, packed.text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
