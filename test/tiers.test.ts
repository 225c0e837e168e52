import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tierOf, tiers } from './tiers.ts';

const root = resolve(import.meta.dirname, '..');
const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((path) => `test/${String(path).replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.test.ts'))
  .sort();

const listed = JSON.parse(
  execFileSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'list', '--filesOnly', '--json'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, VITEST: '' },
  }),
) as { file: string; projectName: string }[];

const projectsOf = (path: string): string[] =>
  listed
    .filter(({ file }) => resolve(file) === join(root, path))
    .map(({ projectName }) => projectName)
    .sort();

describe('the tiers of the suite', () => {
  it('A-056 each test file belongs to one, and runs there and nowhere else', () => {
    const wanted = files.map((path) => {
      const tier = tierOf(path);
      const names = { whole: [tier?.name], part: [`all:${tier?.name}`, tier?.name], not: [`all:${tier?.name}`] };
      return [path, tier === null ? 'no tier' : names[tier.usually]];
    });
    expect(files.map((path) => [path, projectsOf(path)])).toEqual(wanted);
  });

  it('each has files', () => {
    expect([...new Set(files.map((path) => tierOf(path)?.name))].sort()).toEqual(tiers.map(({ name }) => name).sort());
  });
});
