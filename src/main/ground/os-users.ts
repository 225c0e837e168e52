import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OsUser } from '../../ports/host/proving-ground.ts';

export interface OsUsers {
  make(count: number): readonly OsUser[] | string;
  asUser(user: OsUser, text: string): { exit: number; said: string };
  /** Takes them away again, with their processes. */
  remove(): void;
}

interface Machine {
  pid: number;
  platform: string;
  execPath: string;
  getuid?: (() => number) | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

const isOpenToAll = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK);
    return (statSync(path).mode & 0o001) !== 0;
  } catch {
    return false;
  }
};

const foldersOf = (path: string): string[] => (dirname(path) === path ? [] : [dirname(path), ...foldersOf(dirname(path))]);

/** OS users of this machine that are made for an attack, and go after it. */
export const osUsers = (machine: Machine, program: string): OsUsers => {
  const made: OsUser[] = [];
  const env = { PATH: machine.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin' };
  const tell = (name: string, ...args: string[]): string | null => {
    const ran = spawnSync(name, args, { env, encoding: 'utf8' });
    return ran.status === 0 ? ran.stdout.trim() : null;
  };
  const hinders = (): string | null => {
    if (machine.platform !== 'linux') return 'it makes OS users by useradd, which this system has not';
    if (machine.getuid?.() !== 0) return 'making OS users takes root';
    if (tell('useradd', '--help') === null) return 'this machine has no useradd';
    const closed = [...foldersOf(program), machine.execPath].find((path) => !isOpenToAll(path));
    return closed === undefined ? null : `other users may not read ${closed}, so they cannot run this program`;
  };
  return {
    make(count) {
      const reason = hinders();
      if (reason !== null) return reason;
      for (let nth = 1; nth <= count; nth += 1) {
        const name = `aatrial${machine.pid}x${nth}`;
        if (tell('useradd', '--no-create-home', '--shell', '/bin/sh', name) === null) return `useradd could not make ${name}`;
        made.push({ name, uid: Number(tell('id', '-u', name)), gid: Number(tell('id', '-g', name)) });
      }
      return made;
    },
    asUser({ uid, gid }, text) {
      const ran = spawnSync('/bin/sh', ['-c', text], { uid, gid, cwd: '/', env, encoding: 'utf8' });
      return { exit: ran.status ?? -1, said: `${ran.stdout}${ran.stderr}` };
    },
    remove() {
      for (const { name, uid } of made.splice(0)) {
        tell('pkill', '-KILL', '-u', String(uid));
        tell('userdel', '--force', name);
      }
    },
  };
};
