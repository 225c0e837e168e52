import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { registry } from '../src/commands/index.ts';
import { manifestOf } from '../src/contract/manifest.ts';
import { writeHelp } from '../src/surfaces/cli/write-help.ts';

const out = 'dist';

const bundled = build({
  entryPoints: { main: 'src/main.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  // ethers as modules: a CommonJS package that is imported lazily has no named exports once it is split off
  mainFields: ['module', 'main'],
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // prebuilt and compiled parts stay where npm put them (ssh2 looks for its own beside itself); so do the speed-ups of ws
  external: ['@photostructure/sqlite', 'ssh2', '*.node', 'bufferutil', 'utf-8-validate'],
  banner: { js: "import { createRequire as createRequireOf } from 'node:module'; const require = createRequireOf(import.meta.url);" },
  // beside main.js: what is found relative to a file of src/ is found relative to the bundle
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  write: false,
  logLevel: 'warning',
});

// what is there stays until all of its successor is made
const [{ metafile, outputFiles }, manifest] = await Promise.all([bundled, manifestOf(registry)]);
const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([
  ...outputFiles.map(({ path, contents }) => writeFile(path, contents)),
  writeFile(`${out}/manifest.json`, JSON.stringify(manifest)),
  writeFile(`${out}/help.json`, JSON.stringify(writeHelp(manifest, version))),
  writeFile(`${out}/metafile.json`, JSON.stringify(metafile)),
]);
