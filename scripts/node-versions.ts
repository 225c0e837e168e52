import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface NodeVersion {
  /** As `process.version` says it. */
  version: string;
  /** Its binary. */
  path: string;
}

const cache = resolve('node_modules/.cache/node-versions');
const majors = [20, 22, 24];

/** Its version where this binary runs here. */
const versionOf = (path: string): string | null => {
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
};

/** npm's `node` package is a binary for each platform; kept below node_modules. */
const fromNpm = (major: number): NodeVersion | null => {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(cache, `${major}`);
  const path = join(folder, 'node_modules', name, 'bin', 'node');
  mkdirSync(folder, { recursive: true });
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, `${name}@${major}`];
  if (!existsSync(path)) spawnSync('npm', words, { stdio: 'ignore' });
  const version = versionOf(path);
  return version === null ? null : { version, path };
};

/** One Node of each major version that we support: this one, and the others where they are to be had. What is not is named. */
export const nodeVersions = (): { had: NodeVersion[]; missing: number[] } => {
  const here = { version: process.version, path: process.execPath };
  const found = majors.map((major) => ({ major, node: process.version.startsWith(`v${major}.`) ? here : fromNpm(major) }));
  return {
    had: found.flatMap(({ node }) => node ?? []),
    missing: found.flatMap(({ major, node }) => (node === null ? [major] : [])),
  };
};
