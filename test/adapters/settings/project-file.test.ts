import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFileName, readProject } from '../../../src/adapters/settings/project-file.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const uid = process.getuid?.() ?? null;

/** A folder `home/work/repo/src` with `.git` in `repo`; `put` writes a project file into one of them. */
const tree = () => {
  const home = temporaryHome();
  const work = join(home, 'work');
  const repo = join(work, 'repo');
  const src = join(repo, 'src');
  mkdirSync(join(repo, '.git'), { recursive: true });
  mkdirSync(src);
  const put = (folder: string, document: unknown): string => {
    const path = join(folder, projectFileName);
    writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document), { mode: 0o644 });
    return path;
  };
  return { home, work, repo, src, put, read: (cwd: string) => readProject({ cwd, home, uid }) };
};

const refusal = (cwd: ReturnType<typeof tree>, folder: string): { message: string; key: unknown; path: unknown } => {
  try {
    cwd.read(folder);
  } catch (thrown) {
    const failure = thrown as { code: string; message: string; details: { facts: Record<string, unknown> } };
    expect(failure.code).toBe('CONFIG_INVALID');
    return { message: failure.message, key: failure.details.facts['key'], path: failure.details.facts['path'] };
  }
  throw new Error('it was taken');
};

describe('a project file', () => {
  it('is found upwards, the nearest one, to the root of the repository and no further', () => {
    const world = tree();
    world.put(world.work, { task: 'outside' });
    expect(world.read(world.src)).toBeNull();
    const path = world.put(world.repo, { task: 'repo' });
    expect(world.read(world.src)).toMatchObject({ path, values: { task: 'repo' } });
    const nearer = world.put(world.src, { task: 'src' });
    expect(world.read(world.src)?.path).toBe(nearer);
    expect(world.read(world.work)?.values).toEqual({ task: 'outside' });
  });

  it('is looked for as far as home where there is no repository', () => {
    const world = tree();
    expect(world.read(world.work)).toBeNull();
    world.put(world.home, { task: 'home' });
    expect(world.read(world.work)?.values).toEqual({ task: 'home' });
  });

  it('holds a task, a prefix, a size, a lifetime and lower limits', () => {
    const world = tree();
    world.put(world.repo, { task: 'ci', namePrefix: 'web', size: 2, ttl: '90m', limits: { maxVms: 1, maxDay: '0.50', maxTtl: '2h' } });
    expect(world.read(world.repo)).toMatchObject({
      values: { task: 'ci', namePrefix: 'web', size: 2, ttl: '90m' },
      limits: { maxVms: 1, maxDayCredits: 500_000n, maxTtlSeconds: 7200, defaultTtlSeconds: 5400 },
    });
  });

  it.each([
    ['a network', { network: 'mainnet' }, 'network'],
    ['an account', { account: 'rich' }, 'account'],
    ['chosen keys', { chosenKey: { mainnet: 'rich' } }, 'chosenKey'],
    ['hosts', { networks: {} }, 'networks'],
    ['an output form', { output: 'text' }, 'output'],
    ['a limit that there is not', { limits: { destroyAtOnce: 0 } }, 'limits.destroyAtOnce'],
    ['money that is a float', { limits: { maxDay: 0.5 } }, 'limits.maxDay'],
    ['a size that is not offered', { size: 3 }, 'size'],
    ['a lifetime above its own longest', { ttl: '3h', limits: { maxTtl: '2h' } }, 'ttl'],
    ['no object', '[]', null],
    ['no JSON', '{ "task": ', null],
  ])('is refused with %s, naming key, file and what would be right', (_what, document, key) => {
    const world = tree();
    const path = world.put(world.repo, document);
    const refused = refusal(world, world.src);
    expect(refused).toMatchObject({ key, path });
    expect(refused.message).toContain(path);
    expect(refused.message).toContain('a project file holds task, namePrefix, size');
  });

  it('is not taken through a symbolic link, also not to a file that would be right', () => {
    const world = tree();
    const real = join(world.home, 'real.json');
    writeFileSync(real, '{"task":"ci"}');
    symlinkSync(real, join(world.repo, projectFileName));
    expect(refusal(world, world.src).message).toContain('symbolic link');
  });

  it('is not taken where it is huge, no file, or writable by all', () => {
    const huge = tree();
    truncateSync(huge.put(huge.repo, '{}'), 512 * 1024 * 1024);
    expect(refusal(huge, huge.src).message).toContain('longer than 65536 bytes');

    const folder = tree();
    mkdirSync(join(folder.repo, projectFileName));
    expect(refusal(folder, folder.src).message).toContain('no plain file');

    const pipe = tree();
    expect(spawnSync('mkfifo', [join(pipe.repo, projectFileName)]).status).toBe(0);
    expect(refusal(pipe, pipe.src).message).toContain('no plain file');

    const lax = tree();
    chmodSync(lax.put(lax.repo, '{}'), 0o666);
    expect(refusal(lax, lax.src).message).toContain('every user');
  });

  it('is not taken from another user', () => {
    const world = tree();
    world.put(world.repo, '{}');
    const stranger = (process.getuid?.() ?? 0) === 0 ? null : (process.getuid?.() ?? 0) + 1;
    // root owns what root makes, and root's files are taken by everybody
    if (stranger === null) {
      expect(readProject({ cwd: world.src, home: world.home, uid: 12_345 })).not.toBeNull();
      spawnSync('chown', ['12346', join(world.repo, projectFileName)]);
      expect(() => readProject({ cwd: world.src, home: world.home, uid: 12_345 })).toThrow(/another user \(uid 12346\)/);
      return;
    }
    expect(() => readProject({ cwd: world.src, home: world.home, uid: stranger })).toThrow(/another user/);
  });
});
