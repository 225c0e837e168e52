import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { registry } from '../../src/commands/index.ts';
import { manifestOf } from '../../src/contract/declare/manifest.ts';
import { instrument, type Site } from './instrument.ts';

export interface TracedCall {
  exit: number;
  /** All that the program wrote, that of the lines before included. */
  output: string;
  /** Functions of src/ that were entered, in order. */
  entries: Site[];
}

/** What the traced process says at its end. */
interface Told {
  exit: number;
  sites: number[];
}

/** A call takes a few seconds; one that hangs is killed. */
const longestMs = 120_000;

const root = resolve(import.meta.dirname, '../..');

/**
 * What the program takes from the machine and a trace that goes the same way again may not: chance, and the real sleeps between two looks
 * at a devnet's time (every 50 ms; here they are waits on the devnet's own clock, as if that ran 20 times as fast).
 */
const simulated: Readonly<Record<string, { builtin: string; contents: string }>> = {
  'src/adapters/host/random.ts': {
    builtin: 'node:crypto',
    contents: `export const randomBytes = (count) => globalThis.__chance.bytes(count);
      export const randomInt = (below) => Math.floor(globalThis.__chance.fraction() * below);`,
  },
  'src/adapters/host/devnet-clock.ts': {
    builtin: 'node:timers/promises',
    contents: 'export const setTimeout = (ms, _, { signal } = {}) => globalThis.__devnetSleep(20 * ms, signal);',
  },
};

const simulate: Plugin = {
  name: 'simulate',
  setup({ onResolve, onLoad, onEnd }) {
    const left = new Set(Object.keys(simulated));
    onResolve({ filter: /^node:/ }, ({ importer, path }) => {
      const file = relative(root, importer);
      if (simulated[file]?.builtin !== path) return null;
      left.delete(file);
      return { path: file, namespace: 'simulated' };
    });
    onLoad({ filter: /.*/, namespace: 'simulated' }, ({ path }) => ({ contents: simulated[path]?.contents ?? '' }));
    onEnd(() => (left.size === 0 ? null : { errors: [...left].map((file) => ({ text: `${file} is not there, or asks another module` })) }));
  },
};

/**
 * Runs command lines one after the other on a devnet of their own, in a process of their own, and tells which functions of src/ the last
 * one entered. The program is built as it is, with a report at the beginning of each function body.
 */
export const traceCall = async (...lines: readonly (readonly string[])[]): Promise<TracedCall> => {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const out = await mkdtemp(join(cache, 'aleph-agent-trace-'));
  try {
    const sites: Site[] = [];
    await build({
      absWorkingDir: root,
      entryPoints: { traced: 'scripts/trace/traced-process.ts' },
      outdir: out,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      platform: 'node',
      target: 'node20.19',
      format: 'esm',
      mainFields: ['module', 'main'],
      external: ['@photostructure/sqlite', 'ssh2', '*.node', 'bufferutil', 'utf-8-validate'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      plugins: [instrument(root, sites), simulate],
      logLevel: 'warning',
    });
    // as the build leaves it beside the program
    await writeFile(join(out, 'manifest.json'), JSON.stringify(await manifestOf(registry)));
    const env = { PATH: process.env['PATH'] ?? '', HOME: out, TMPDIR: tmpdir() };
    const words = lines.map((line) => JSON.stringify(line));
    const child = fork(join(out, 'traced.mjs'), words, {
      cwd: out,
      env,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      timeout: longestMs,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const told: Told[] = [];
    child.on('message', (message) => void told.push(message as Told));
    await once(child, 'close');
    const [call] = told;
    if (call === undefined) throw new Error(`The traced call did not end: ${output}`);
    return { exit: call.exit, output, entries: call.sites.map((number) => sites[number]!) };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
};
