import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeVersions } from './node-versions.ts';

/**
 * What somebody gets who installs the package, and whether help, MCP and the demo run from it on every Node, without any install script
 * having run.
 */
const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-packed-'));

const must = (
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
  input = '',
): string => {
  const { status, stdout, stderr } = spawnSync(program, words, { env: { ...env }, input, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
};

const seconds = (work: () => void): string => {
  const begin = performance.now();
  work();
  return ((performance.now() - begin) / 1000).toFixed(1);
};

/** What an MCP client begins with. */
const hello = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'packed', version: '1' } },
})}\n`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const [{ filename, size }] = JSON.parse(must('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]));
  const prefix = join(folder, 'prefix');
  mkdirSync(prefix);
  const install = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--ignore-scripts', join(folder, filename)];
  const took = seconds(() => must('npm', install));
  const { packages } = JSON.parse(readFileSync(join(prefix, 'node_modules/.package-lock.json'), 'utf8'));
  const files = readdirSync(prefix, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const mib = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 2 ** 20;
  const names = Object.keys(packages).filter((path) => existsSync(join(prefix, path)));
  print(`packed ${(size / 2 ** 20).toFixed(1)} MiB; installed ${names.length} packages, ${mib.toFixed(0)} MiB, in ${took} s`);

  const binary = join(prefix, 'node_modules/aleph-agent/bin/aleph-agent.js');
  const { had, missing } = nodeVersions();
  for (const { version, path } of had) {
    const home = join(folder, version);
    mkdirSync(home);
    const env = { PATH: process.env['PATH'], HOME: home };
    if (!must(path, [binary, '--help'], env).startsWith('aleph-agent: ')) throw new Error(`--help on Node ${version} shows something else`);
    const { result } = JSON.parse(must(path, [binary, 'mcp'], env, hello)) as { result: { serverInfo: { name: string } } };
    if (result.serverInfo.name !== 'aleph-agent') throw new Error(`mcp on Node ${version} is ${result.serverInfo.name}`);
    print(`demo on Node ${version}: ${seconds(() => must(path, [binary, 'demo', '--json'], env))} s`);
  }
  for (const major of missing) print(`Node ${major} is not to be had here: no demo on it`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
