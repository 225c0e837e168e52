import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binary, crashBinary, plainEnvironment } from './support/binary.ts';
import { temporaryHome } from './support/temporary-home.ts';

interface Output {
  imports: { path: string; external?: boolean }[];
  inputs: Record<string, unknown>;
}

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => {
  if (!existsSync(resolve(root, path))) throw new Error('there is no build: npm run build comes first (npm test does it)');
  return readFileSync(resolve(root, path), 'utf8');
};
const outputs = (JSON.parse(read('dist/metafile.json')) as { outputs: Record<string, Output> }).outputs;
const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;

const folderOf = (input: string): string | null => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? null;
const nameOf = (folder: string): string => /node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(folder)?.[1] ?? '';

/** What this file, or one that it may load once asked to, is made of. */
const reachable = (from: string): { inputs: Set<string>; externals: Set<string> } => {
  const [seen, externals] = [new Set<string>(), new Set<string>()];
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const imported of outputs[path]?.imports ?? []) {
      if (imported.external) externals.add(imported.path);
      else visit(imported.path);
    }
  };
  visit(from);
  return { inputs: new Set([...seen].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))), externals };
};

const program = reachable('dist/main-cli.js');
const folders = [...new Set([...program.inputs].flatMap((input) => folderOf(input) ?? []))];

describe('S-11: what kills the program for tests', () => {
  const filesOf = (folder: string): Map<string, string> =>
    new Map(readdirSync(resolve(root, folder)).map((name) => [name, readFileSync(resolve(root, folder, name), 'utf8')]));

  it('is in a build of its own, which differs in nothing else and is not packed', () => {
    const [released, crashing] = [filesOf('dist'), filesOf('dist-crash')];
    expect([...crashing.keys()]).toEqual([...released.keys()]);
    const having = (files: Map<string, string>) =>
      [...files].filter(([, text]) => /ALEPH_AGENT_CRASH|SIGKILL.*create\.hold|crasher/.test(text)).map(([name]) => name);
    expect(having(released)).toEqual([]);
    expect(having(crashing)).toEqual(['metafile.json', 'program.js']);
    expect([...released].filter(([name, text]) => crashing.get(name) !== text).map(([name]) => name)).toEqual([
      'metafile.json',
      'program.js',
    ]);
    expect(JSON.parse(read('package.json')).files).toEqual(expect.not.arrayContaining([expect.stringContaining('dist-crash')]));
  });

  it('is not in the released one: no variable leaves a create half done', () => {
    const home = temporaryHome();
    const env = { ...plainEnvironment(home), ALEPH_AGENT_HOME: join(home, 'agent'), ALEPH_AGENT_CRASH: 'freeze.set:before' };
    const freeze = (program: string) => spawnSync(process.execPath, [program, 'freeze', '--json'], { env, encoding: 'utf8' });
    expect(freeze(crashBinary)).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    expect(freeze(binary)).toMatchObject({ status: 0, signal: null });
  });
});

describe('S-10: what is packed', () => {
  it('is text that a reader can review, and what runs is that text: no bytecode', () => {
    // without scripts: a build in the middle of the suite would take the files from under it
    const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' });
    const paths = (JSON.parse(packed.stdout) as { files: { path: string }[] }[]).flatMap(({ files }) => files.map(({ path }) => path));
    expect(paths).toContain('dist/program.js');
    const utf8 = new TextDecoder('utf-8', { fatal: true });
    const binary = paths.filter((path) => {
      const bytes = readFileSync(resolve(root, path));
      return bytes.includes(0) || utf8.decode(bytes) === '' || /\.(compiled|jsc|node|wasm|bin)$/.test(path);
    });
    expect(binary).toEqual([]);
  });
});

describe('what OpenCode loads', () => {
  it('W-017 is a few files of ours, with nothing of the program, of a key or of a package in them', () => {
    const { inputs, externals } = reachable('dist/opencode.mjs');
    expect([...inputs].filter((input) => !/^(src\/(surfaces\/opencode\/|main\/opencode\.ts$)|opencode\.ts$)/.test(input))).toEqual([]);
    expect([...externals].sort()).toEqual(['node:child_process', 'node:fs', 'node:path']);
    expect(read('dist/opencode.mjs').length).toBeLessThan(6000);
  });

  it('W-017 its tools are those of MCP’s default set, to the byte', () => {
    const told = JSON.parse(read('dist/tools.json')) as { name: string; description: string; inputSchema: object; spends: boolean }[];
    const listed = JSON.parse(read('test/surfaces/mcp/tools-list.golden')) as typeof told;
    const plain = (tools: typeof told) => tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    expect(plain(told)).toEqual(plain(listed));
    expect(told.filter(({ spends }) => spends).map(({ name }) => name)).toEqual(['vm_create', 'vm_extend']);
  });
});

describe('the bundle (architecture.md §7)', () => {
  it.each([
    'commander',
    '@inquirer/prompts',
    '@aleph-sdk/client',
    '@aleph-sdk/ethereum',
    'ethers',
    'cli-table3',
    'chalk',
    'conf',
    '@peculiar/asn1-x509',
  ])('has %s in it, where a command reaches it', (name) => {
    expect(folders.map(nameOf)).toContain(name);
    expect(read('docs/security.md')).toContain(name);
    expect(manifest.devDependencies).toHaveProperty([name], expect.stringMatching(/^\d/));
  });

  it('leaves to npm what cannot be bundled, and nothing else', () => {
    // speed-ups of ws that it does without
    const absent = ['bufferutil', 'utf-8-validate'];
    const packages = [...program.externals].filter((name) => !(isBuiltin(name) || name.startsWith('node:') || absent.includes(name)));
    expect(Object.keys(manifest.dependencies).sort()).toEqual(packages.sort());
  });

  it('names each package in it, with version and licence, in NOTICES', () => {
    const notices = read('dist/NOTICES').split('\n');
    const all = [...new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).flatMap((input) => folderOf(input) ?? [])))];
    expect(all.length).toBeGreaterThan(100);
    for (const folder of all) {
      const { name, version } = JSON.parse(read(`${folder}/package.json`)) as { name: string; version: string };
      expect(notices).toContainEqual(expect.stringMatching(new RegExp(`^${name} ${version.replaceAll('.', '\\.')} \\(.+\\)$`)));
    }
  });
});

describe('the man page', () => {
  const page = read('dist/aleph-agent.1');

  it('names every command, and package.json has it installed', () => {
    const { commands } = JSON.parse(read('dist/manifest.json')) as { commands: { name: string }[] };
    const there = page.split('\n');
    expect(commands.filter(({ name }) => !there.includes(`\\fB${name.replaceAll('-', '\\-')}\\fR`))).toEqual([]);
    expect(JSON.parse(read('package.json')).man).toBe('dist/aleph-agent.1');
  });

  it.skipIf(spawnSync('groff', ['--version']).status !== 0)('is read by groff without a warning', () => {
    const ran = spawnSync('groff', ['-man', '-ww', '-Tutf8'], { input: page, encoding: 'utf8' });
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toContain('rent VMs on Aleph Cloud within a budget you set');
  });
});
