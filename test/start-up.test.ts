import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startAleph } from './support/aleph-process.ts';
import { temporaryHome } from './support/temporary-home.ts';

interface Output {
  imports: { path: string; kind: string; external?: boolean }[];
  inputs: Record<string, { bytesInOutput: number }>;
}

const dist = resolve(import.meta.dirname, '../dist');
const outputs = (): Record<string, Output> => {
  if (!existsSync(`${dist}/metafile.json`)) throw new Error('there is no build: npm run build comes first (npm test does it)');
  return (JSON.parse(readFileSync(`${dist}/metafile.json`, 'utf8')) as { outputs: Record<string, Output> }).outputs;
};

const cliChunk = (): string => Object.keys(outputs()).find((path) => /\/main-cli\.js$/.test(path)) ?? 'no main-cli chunk';

/** Every input that loads with this file, before anything is asked for. */
const startUp = (from = cliChunk()): { inputs: string[]; externals: string[] } => {
  const all = outputs();
  const seen = new Set<string>();
  const externals = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const imported of all[path]?.imports ?? []) {
      if (imported.kind === 'dynamic-import') continue;
      if (imported.external) externals.add(imported.path);
      else visit(imported.path);
    }
  };
  visit(from);
  return { inputs: [...seen].flatMap((path) => Object.keys(all[path]?.inputs ?? {})), externals: [...externals] };
};

describe('start-up (architecture.md §8)', () => {
  it('answers --help and --version with nothing that is foreign, but for where a home is: one that has joined a safe has another help', () => {
    const ofHome = /^(src\/adapters\/host\/home\.ts|node_modules\/(env-paths|is-safe-filename)\/index\.js)$/;
    expect(
      startUp('dist/main.js').inputs.filter(
        (path) =>
          !ofHome.test(path) &&
          !/^src\/(main\/(main|watch-outputs)\.ts|surfaces\/cli\/parse\/(quick-answer|aliases|asked-for-help)\.ts)$/.test(path),
      ),
    ).toEqual([]);
  });

  it('loads commander to parse a line, and nothing else that is foreign', () => {
    const packages = startUp().inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(packages)]).toEqual(['commander']);
  });

  it('loads no command, no adapter, no devnet and no lifecycle', () => {
    expect(startUp().inputs.filter((path) => /^src\/(commands\/(?!index\.ts)|adapters|devnet|lifecycle)/.test(path))).toEqual([]);
    expect(startUp().externals.filter((path) => !path.startsWith('node:'))).toEqual([]);
  });

  it('reads do not load the SDK or ethers: they hang on signing alone', () => {
    const all = outputs();
    const [cloud] = Object.keys(all).filter((path) => /open-cloud-\w+\.js$/.test(path));
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const imported of all[path]?.imports ?? []) if (imported.kind !== 'dynamic-import') visit(imported.path);
    };
    visit(cloud ?? 'no open-cloud chunk');
    const inputs = [...seen].flatMap((path) => Object.keys(all[path]?.inputs ?? {}));
    expect(inputs.length).toBeGreaterThan(10);
    expect(inputs.filter((path) => /node_modules\/(@aleph-sdk|ethers|@ethersproject)\//.test(path))).toEqual([]);
  });

  it('what writes certificates is one part, which a safe takes when it makes one', () => {
    const all = Object.entries(outputs());
    const writers = all.flatMap(([path, { inputs }]) => (Object.keys(inputs).some((input) => input.includes('@peculiar/')) ? [path] : []));
    expect(writers).toEqual([expect.stringMatching(/^dist\/self-signed-\w+\.js$/)]);
    const takers = all.flatMap(([, { imports }]) => imports.filter(({ path }) => path === writers[0]));
    expect(takers.map(({ kind }) => kind)).toEqual(['dynamic-import']);
  });

  it('every part can be taken, packed together or apart', () => {
    const names = Object.keys(outputs()).flatMap((path) =>
      /^dist\/(main\.js|load-program\.js|walk-thread\.js|opencode\.mjs)$/.test(path) ? [] : [`./${path.split('/').at(-1)}`],
    );
    const program = JSON.stringify(resolve(dist, 'load-program.js'));
    const script = `require(${program}).loadProgram().then(({ take }) => { for (const name of ${JSON.stringify(names)}) take(name); });`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: { ALEPH_AGENT_COMPILED: 'off' } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(names.length).toBeGreaterThan(50);
  });
});

describe('compiled code of the built program', () => {
  const binary = resolve(dist, '../bin/aleph-agent.js');
  const call = (env: Readonly<Record<string, string>>, flags: readonly string[] = []) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, binary, 'exit-codes', '--json'], { env, encoding: 'utf8' });
    expect({ status, stderr, ok: (JSON.parse(stdout) as { ok: boolean }).ok }).toEqual({ status: 0, stderr: '', ok: true });
  };
  /** Name, and what changes with every writing. */
  const filesIn = (folder: string): Record<string, bigint> =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name), { bigint: true }).ctimeNs]));

  it('is kept in the folder for caches that everything else of ours has, whatever home a call has', () => {
    const home = temporaryHome();
    call({ HOME: home, ALEPH_AGENT_HOME: join(home, 'other') });
    const folder = join(home, '.cache', 'aleph-agent', 'compiled');
    const kept = filesIn(folder);
    expect(Object.keys(kept)).toEqual([expect.stringContaining(readFileSync(`${dist}/program.js`, 'latin1').slice(2, 34))]);
    call({ HOME: home });
    expect(filesIn(folder)).toEqual(kept);
    const cache = join(home, 'cache');
    call({ HOME: home, XDG_CACHE_HOME: cache });
    expect(Object.keys(filesIn(join(cache, 'aleph-agent', 'compiled')))).toEqual(Object.keys(kept));
  });

  it('stands where ALEPH_AGENT_COMPILED says, and nowhere when off', () => {
    const home = temporaryHome();
    call({ HOME: home, ALEPH_AGENT_COMPILED: join(home, 'here') });
    expect(readdirSync(home)).toEqual(['here']);
    rmSync(join(home, 'here'), { recursive: true });
    call({ HOME: home, ALEPH_AGENT_COMPILED: 'off' });
    call({ HOME: home, NODE_DISABLE_COMPILE_CACHE: '1' });
    call({ HOME: home, ALEPH_AGENT_COMPILED: 'relative' });
    expect(readdirSync(home)).toEqual([]);
  });

  it("is none of what Node's own cache keeps, and made anew where V8 refuses it", () => {
    const home = temporaryHome();
    const folder = join(home, 'here');
    call({ HOME: home, ALEPH_AGENT_COMPILED: folder, NODE_COMPILE_CACHE: join(home, 'node') });
    const kept = filesIn(folder);
    call({ HOME: home, ALEPH_AGENT_COMPILED: folder }, ['--stack-size=900']);
    const anew = filesIn(folder);
    expect(Object.keys(anew)).toEqual(Object.keys(kept));
    expect(anew).not.toEqual(kept);
  });

  it('does no harm by ten processes at once on a first run', async () => {
    const home = temporaryHome();
    const env = { HOME: home, ALEPH_AGENT_COMPILED: join(home, 'here') };
    const runs = Array.from({ length: 10 }, () => startAleph(['exit-codes', '--brief', '--json'], { env, cwd: home, stdin: '' }).ended);
    const answers = await Promise.all(runs);
    expect(new Set(answers.map(({ exit, stderr }) => `${exit}${stderr}`))).toEqual(new Set(['0']));
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
    const kept = filesIn(join(home, 'here'));
    expect(Object.keys(kept)).toHaveLength(1);
    call(env);
    expect(filesIn(join(home, 'here'))).toEqual(kept);
  });

  it('is done without in a home that cannot be written', () => {
    const home = temporaryHome();
    chmodSync(home, 0o500);
    call({ HOME: home });
    // root writes there all the same
    rmSync(join(home, '.cache'), { recursive: true, force: true });
    chmodSync(home, 0o700);
    writeFileSync(join(home, '.cache'), '');
    call({ HOME: home });
    expect(readdirSync(home)).toEqual(['.cache']);
  });
});
