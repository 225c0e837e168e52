import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ids } from '../../../src/main/ground/free-ids.ts';
import type { OsUser } from '../aleph-process.ts';
import { binary } from '../binary.ts';

/** Can this process make OS users, and have them run the program? It is root, on Linux, and the checkout lies where others may read it. */
export const makesOsUsers = (): boolean => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return false;
  if (spawnSync('useradd', ['--version']).error !== undefined) return false;
  const folders: string[] = [];
  for (let folder = dirname(binary); folder !== dirname(folder); folder = dirname(folder)) folders.push(folder);
  return [...folders, process.execPath].every((path) => (statSync(path).mode & 0o001) !== 0 && isThere(path));
};

const isThere = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * Makes OS users of this machine with these names, and a function that takes them away again with their processes. Their ids are nobody's,
 * a container's processes among them: whatever runs under one was started by the test.
 */
export const osUsers = (...names: readonly string[]): { users: OsUser[]; remove(): void } => {
  const free = ids('/', process.pid).free(names.length);
  const users = names.map((name, nth) => {
    const id = free[nth]!;
    execFileSync('groupadd', ['--gid', String(id), name]);
    execFileSync('useradd', ['--uid', String(id), '--gid', String(id), '--no-create-home', '--shell', '/bin/sh', name]);
    return { name, uid: id, gid: id };
  });
  return {
    users,
    remove: () => {
      for (const { name, uid } of users) {
        spawnSync('pkill', ['-KILL', '-u', String(uid)]);
        spawnSync('userdel', ['--force', name]);
        spawnSync('groupdel', [name]);
      }
    },
  };
};

/** Runs shell text as this user; its exit code and all that it said. */
export const asUser = ({ uid, gid }: OsUser, text: string, env: Readonly<Record<string, string>> = {}): { exit: number; said: string } => {
  const ran = spawnSync('/bin/sh', ['-c', text], {
    uid,
    gid,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
  });
  return { exit: ran.status ?? -1, said: `${ran.stdout}${ran.stderr}` };
};
