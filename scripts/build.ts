import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { registry } from '../src/commands/index.ts';
import { manifestOf } from '../src/contract/declare/manifest.ts';
import { writeHelp } from '../src/surfaces/cli/parse/write-help.ts';
import { partsOf } from './parts.ts';

const out = 'dist';

const shared: BuildOptions = {
  outdir: out,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  write: false,
  logLevel: 'warning',
};

/** The answer to --help and --version; everything else is the program's. */
const quick = build({
  ...shared,
  entryPoints: { main: 'src/main/main.ts' },
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
  supported: { 'dynamic-import': false },
  plugins: [
    {
      name: 'program-elsewhere',
      setup: ({ onResolve }) => onResolve({ filter: /^\.\/cli\.ts$/ }, () => ({ path: '../bin/program.js', external: true })),
    },
  ],
});

const program = build({
  ...shared,
  entryPoints: { 'main-cli': 'src/main/cli.ts' },
  splitting: true,
  format: 'esm',
  // ethers as modules: a CommonJS package that is imported lazily has no named exports once it is split off
  mainFields: ['module', 'main'],
  // prebuilt and compiled parts stay where npm put them (ssh2 looks for its own beside itself); so do the speed-ups of ws
  external: ['@photostructure/sqlite', 'ssh2', '*.node', 'bufferutil', 'utf-8-validate'],
  // in one folder: what is found relative to a file of src/ is found relative to the bundle
  chunkNames: '[name]-[hash]',
  plugins: [
    {
      // its ES module holds elliptic without the precomputed points of the curve: two thirds of the time to sign once
      name: 'elliptic-precomputed',
      setup: ({ onLoad }) =>
        onLoad({ filter: /@ethersproject.signing-key.lib\.esm.elliptic\.js$/ }, () => ({
          contents: "import elliptic from 'elliptic'; export const EC = elliptic.ec;",
        })),
    },
    {
      // it could run other programs; ours never does
      name: 'commander-without-children',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
          /node_modules.commander/.test(importer) ? { path: 'nothing', namespace: 'nothing' } : null,
        );
        onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {}' }));
      },
    },
  ],
});

/** Runs of the built program whose compiled code is kept; what needs a network finds none and ends there. */
const compiledLines = [
  'vm ls --offline --json',
  'status --brief --offline --json',
  'schema errors',
  'keys create build --unencrypted --network nowhere --json',
  'credits balance --network nowhere --json',
  'vm create build --network nowhere --json',
];

const closed = 'http://127.0.0.1:9';
const nowhere = { networks: { nowhere: { ccn: [closed, closed], crnsList: closed, scheduler: closed, rpc: null, control: null } } };

/** What signing loads, as the program imports it. */
const compiledPackages = /^node_modules\/(@aleph-sdk\/(message|ethereum|evm)|ethers)\//;

/** Keeps what V8 compiles for the usual commands. Node 22 and later do this themselves, for every command, at run time. */
const compile = async (outputs: Metafile['outputs']): Promise<void> => {
  const home = await mkdtemp(join(tmpdir(), 'aleph-agent-build-'));
  const parts = Object.entries(outputs).flatMap(([path, { entryPoint = '' }]) =>
    compiledPackages.test(entryPoint) ? [path.replace(`${out}/`, './')] : [],
  );
  await writeFile(join(home, 'settings.json'), JSON.stringify(nowhere), { mode: 0o600 });
  try {
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, ALEPH_AGENT_HOME: home };
    for (const words of [parts, ...compiledLines.map((line) => line.split(' '))]) {
      const { status, stderr } = spawnSync(process.execPath, ['scripts/compile.cjs', ...words], { env, encoding: 'utf8' });
      // 6: the network was not to be reached
      if (status !== 0 && status !== 6) throw new Error(`compile.cjs ${words.join(' ')} ended with ${status}: ${stderr}`);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

// what is there stays until all of its successor is made
const [main, { metafile, outputFiles = [] }, manifest] = await Promise.all([quick, program, manifestOf(registry)]);
const { together, apart } = await partsOf(outputFiles, metafile ?? { inputs: {}, outputs: {} }, out);
const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
const files: Record<string, string> = {
  ...apart,
  'program.js': together,
  'main.js': main.outputFiles?.[0]?.text ?? '',
  'package.json': '{"type":"commonjs"}\n',
  'manifest.json': JSON.stringify(manifest),
  'help.json': JSON.stringify(writeHelp(manifest, version)),
  'metafile.json': JSON.stringify({ outputs: { ...metafile?.outputs, ...main.metafile?.outputs } }),
};
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all(Object.entries(files).map(([name, text]) => writeFile(`${out}/${name}`, text)));
await compile(metafile?.outputs ?? {});
