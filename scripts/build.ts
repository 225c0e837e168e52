import { mkdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { registry } from '../src/commands/index.ts';
import { manifestOf } from '../src/contract/manifest.ts';

const out = 'dist';

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const bundled = build({
  entryPoints: { main: 'src/main.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // prebuilt binaries stay where npm put them; cpu-features is an optional part of ssh2, so are the speed-ups of ws
  external: ['@photostructure/sqlite', 'cpu-features', '*.node', 'bufferutil', 'utf-8-validate'],
  banner: { js: "import { createRequire as createRequireOf } from 'node:module'; const require = createRequireOf(import.meta.url);" },
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'warning',
});

const manifest = manifestOf(registry);
const [{ metafile }, known] = await Promise.all([bundled, manifest]);
await writeFile(`${out}/manifest.json`, JSON.stringify(known));
await writeFile(`${out}/metafile.json`, JSON.stringify(metafile));
