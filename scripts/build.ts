import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { registry } from '../src/commands/index.ts';
import { manifestOf } from '../src/contract/declare/manifest.ts';
import { registeredCommand } from '../src/contract/declare/registry.ts';
import { toolName } from '../src/contract/declare/tool.ts';
import { writeHelp } from '../src/surfaces/cli/parse/write-help.ts';
import { defaultTools, toolOf } from '../src/surfaces/mcp/tool-list.ts';
import type { PluginTool } from '../src/surfaces/opencode/plugin-tool.ts';
import { lateBuiltins } from './late-builtins.ts';
import { latePackages } from './late-packages.ts';
import { manPage } from './man-page.ts';
import { noticesOf } from './notices.ts';
import { buildPage } from './page.ts';
import { partsOf } from './parts.ts';

const out = 'dist';
/** The same with the hook by which tests kill it at an effect point (src/main/crasher.ts); never packed. */
const crashOut = 'dist-crash';

const shared = {
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
} as const satisfies BuildOptions;

/** The answer to --help and --version, and what starts the program for everything else. */
const quick = build({
  ...shared,
  entryPoints: { main: 'src/main/main.ts', 'load-program': 'src/main/load-program.ts' },
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
  supported: { 'dynamic-import': false },
  plugins: [
    {
      name: 'program-elsewhere',
      setup: ({ onResolve }) => onResolve({ filter: /^\.\/cli\.ts$/ }, () => ({ path: './load-program.js', external: true })),
    },
  ],
});

/** The thread that walks a long trail while a call waits for the network (src/adapters/ledger/walk-ahead.ts). */
const walker = build({
  ...shared,
  entryPoints: { 'walk-thread': 'src/adapters/ledger/walk-thread.ts' },
  format: 'cjs',
  external: ['@photostructure/sqlite'],
});

const released = { 'process.env.ALEPH_AGENT_CRASH': 'undefined' };

const program = (define: Readonly<Record<string, string>>) =>
  build({
    ...shared,
    define,
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
      lateBuiltins,
      latePackages,
      {
        name: 'ours-under-ethers',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\/elliptic$/ }, ({ importer }) =>
            /@ethersproject.signing-key/.test(importer) ? { path: resolve('src/adapters/signatures/secp256k1.ts') } : undefined,
          );
          onResolve({ filter: /^scrypt-js$/ }, ({ importer }) =>
            /@ethersproject.json-wallets/.test(importer) ? { path: 'scrypt', namespace: 'ours' } : undefined,
          );
          onLoad({ filter: /.*/, namespace: 'ours' }, () => ({
            resolveDir: resolve('.'),
            contents: "import * as scrypt from './src/adapters/keystore/scrypt.ts'; export default scrypt;",
          }));
        },
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

/** For OpenCode's process (src/main/opencode.ts): a module of its own with nothing of the program in it. */
const { outdir: _, ...alone } = shared;
const hosted = build({
  ...alone,
  stdin: { contents: "export { plugin as default } from './src/main/opencode.ts';", resolveDir: '.', sourcefile: 'opencode.ts' },
  outfile: `${out}/opencode.mjs`,
  format: 'esm',
});

const [main, thread, built, crashing, plugin, page, manifest] = await Promise.all([
  quick,
  walker,
  program(released),
  program({}),
  hosted,
  buildPage(),
  manifestOf(registry),
]);

/** MCP's default tools, in the registry's order. */
const tools: PluginTool[] = await Promise.all(
  manifest.commands
    .filter(({ name }) => toolName(name) in defaultTools)
    .map(async (described) => {
      const command = await registeredCommand(registry, described.name);
      const { name, description, inputSchema } = toolOf(described, command, defaultTools[toolName(described.name)] ?? null);
      return { name, description, inputSchema, spends: described.safety === 'spend' };
    }),
);
/** The pages of the manual, for `help TOPIC`. */
const pages = (await readdir('docs')).filter((file) => file.endsWith('.md')).sort();
const topics = Object.fromEntries(
  await Promise.all(pages.map(async (file) => [file.slice(0, -3), await readFile(`docs/${file}`, 'utf8')])),
);

const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };

const treeOf = async ({ metafile, outputFiles }: typeof built): Promise<Record<string, string>> => {
  const { together, apart } = await partsOf(outputFiles, metafile, out);
  const outputs = { ...metafile.outputs, ...main.metafile.outputs, ...thread.metafile.outputs, ...plugin.metafile.outputs };
  return {
    ...apart,
    ...Object.fromEntries(
      [...main.outputFiles, ...thread.outputFiles, ...plugin.outputFiles].map(({ path, text }) => [path.split('/').at(-1) ?? '', text]),
    ),
    'program.js': together,
    'package.json': '{"type":"commonjs"}\n',
    'manifest.json': JSON.stringify(manifest),
    'page.html': page.html,
    'tools.json': JSON.stringify(tools),
    'help.json': JSON.stringify(writeHelp(manifest, version)),
    'topics.json': JSON.stringify(topics),
    'metafile.json': JSON.stringify({ outputs }),
    // what `man aleph-agent` shows once the package is installed for all
    'aleph-agent.1': manPage(manifest, version),
    NOTICES: await noticesOf({ ...outputs, ...page.metafile.outputs }),
  };
};

const trees = await Promise.all([treeOf(built), treeOf(crashing)]);
// what is there stays until all of its successor is made
for (const [folder, files] of [
  [out, trees[0]],
  [crashOut, trees[1]],
] as const) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(`${folder}/${name}`, text)));
}
