import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

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
  it('answers --help and --version with nothing that is foreign', () => {
    expect(
      startUp('dist/main.js').inputs.filter(
        (path) => !/^src\/(main\/main\.ts|surfaces\/cli\/parse\/(quick-answer|aliases)\.ts)$/.test(path),
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

  it('every part can be taken, packed together or apart', () => {
    const names = Object.keys(outputs()).flatMap((path) => (path === 'dist/main.js' ? [] : [`./${path.split('/').at(-1)}`]));
    const program = JSON.stringify(resolve(dist, '../bin/program.js'));
    const script = `const { take } = require(${program}).load(); for (const name of ${JSON.stringify(names)}) take(name);`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(names.length).toBeGreaterThan(50);
  });

  it('runs from what the build compiled, and without it where V8 takes none of it', () => {
    const digest = readFileSync(`${dist}/program.js`, 'latin1').slice(2, 18);
    expect(readdirSync(dist)).toContain(`${digest}.compiled`);
    const refused = (flags: string[]): unknown => {
      const script = `process.stdout.write(String(require(${JSON.stringify(resolve(dist, '../bin/program.js'))}).load().scripts[0].script.cachedDataRejected))`;
      return spawnSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' }).stdout;
    };
    expect(refused([])).toBe('false');
    expect(refused(['--stack-size=900'])).toBe('true');
    const binary = resolve(dist, '../bin/aleph-agent.js');
    const { status, stdout } = spawnSync(process.execPath, ['--stack-size=900', binary, 'exit-codes', '--json'], { encoding: 'utf8' });
    expect({ status, ok: (JSON.parse(stdout) as { ok: boolean }).ok }).toEqual({ status: 0, ok: true });
  });
});
