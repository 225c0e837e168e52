import { lstat, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import type { Archives } from '../../ports/host/archives.ts';
import { pack } from './pack.ts';
import { unpack } from './unpack.ts';

const isFolder = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
};

/** Archives of files of this machine, relative to the process's folder. */
export const openArchives = (): Archives => ({
  pack,
  unpack,
  async place(target, name) {
    const into = await isFolder(target);
    const place = into ? join(resolve(target), name) : resolve(target);
    if (!into && (/[/\\]$/.test(target) || !(await isFolder(dirname(place))))) {
      const missing = /[/\\]$/.test(target) ? target : dirname(place);
      throw new Failure('USAGE', `"${missing}" is no folder: make it first, or name another target.`, { facts: { path: missing } });
    }
    const there = await lstat(place).catch(() => null);
    if (there?.isDirectory() === true || basename(place) === '') {
      throw new Failure('USAGE', `"${place}" is a folder already, and folders are not merged: name another target.`, {
        facts: { path: place },
      });
    }
    return place;
  },
});
