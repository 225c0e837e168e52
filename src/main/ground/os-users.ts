import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { NoUsers, OsUser } from '../../ports/host/proving-ground.ts';
import { ids } from './free-ids.ts';
import type { Environment } from './own-program.ts';

export interface OsUsers {
  make(count: number): readonly OsUser[] | NoUsers;
  asUser(user: OsUser, text: string): { exit: number; said: string };
  /**
   * Takes them away again. Their processes have ended by then: each is a child of this one, which kills it itself. Returns the names of those
   * that are still there.
   */
  remove(): string[];
}

export interface Machine {
  pid: number;
  platform: string;
  execPath: string;
  getuid?: (() => number) | undefined;
  env: Environment;
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

const nameOf = (pid: number, nth: number): string => `aatrial${pid}x${nth}`;
/** The process that made the user of this name; null: no trial made it. */
const makerOf = (name: string): number | null => {
  const pid = /^aatrial([1-9]\d*)x[1-9]\d*$/.exec(name)?.[1];
  return pid === undefined ? null : Number(pid);
};

/** OS users of this machine, whose files are below `root`, that are made for an attack, and go after it. */
export const osUsers = (machine: Machine, program: string, root = '/'): OsUsers => {
  const made: OsUser[] = [];
  // useradd lies where only root's own path leads
  const env = { PATH: `${machine.env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin` };
  const tell = (name: string, ...args: string[]): string | null => {
    const ran = spawnSync(name, args, { env, encoding: 'utf8' });
    return ran.status === 0 ? ran.stdout.trim() : null;
  };
  const refusal = (why: string, rootCan = false): NoUsers => ({ why, rootCan });
  /** Root last: where that alone is missing, root can. */
  const hinders = (): NoUsers | null => {
    if (machine.platform !== 'linux') return refusal('it makes OS users by useradd, which this system has not');
    if (tell('useradd', '--help') === null) return refusal('this machine has no useradd');
    const closed = [...foldersOf(program), machine.execPath].find((path) => !isOpenToAll(path));
    if (closed !== undefined) return refusal(`other users may not read ${closed}, so they cannot run this program`);
    const temporary = join(tmpdir(), 'trial');
    const shut = foldersOf(temporary).find((path) => !isOpenToAll(path));
    if (shut !== undefined)
      return refusal(`other users may not enter ${shut}, below which their homes would lie: set TMPDIR to another folder`);
    return machine.getuid?.() === 0 ? null : refusal('making OS users takes root', true);
  };
  const drop = (name: string): void => {
    tell('userdel', '--force', name);
    // where userdel leaves a group behind
    tell('groupdel', name);
  };
  const isThere = (name: string): boolean => ids(root, machine.pid).names.includes(name);
  /** Why this user cannot be made; null: it is. */
  const add = ({ name, uid, gid }: OsUser): string | null => {
    if (tell('groupadd', '--gid', String(gid), name) === null) return `groupadd could not make ${name} with the id ${gid}`;
    const words = ['--uid', String(uid), '--gid', String(gid), '--no-create-home', '--shell', '/bin/sh', name];
    if (tell('useradd', ...words) === null) return `useradd could not make ${name} with the id ${uid}`;
    const read = ['-u', '-g'].map((flag) => tell('id', flag, name));
    const isIt = read[0] === String(uid) && read[1] === String(gid);
    return isIt
      ? null
      : `${name} was made with the ids ${uid} and ${gid}, and \`id\` reads ${read.map((id) => id || 'none').join(' and ')}`;
  };
  return {
    make(count) {
      const reason = hinders();
      if (reason !== null) return reason;
      const here = ids(root, machine.pid);
      // left by a run that was killed before it could take them away
      for (const name of here.names) {
        const maker = makerOf(name);
        if (maker !== null && (maker === machine.pid || !here.runs(maker))) drop(name);
      }
      const free = here.free(count);
      if (free.length < count) return refusal('each id for a user of a trial is taken');
      for (const [nth, id] of free.entries()) {
        const user = { name: nameOf(machine.pid, nth + 1), uid: id, gid: id };
        made.push(user);
        const why = add(user);
        if (why !== null) return refusal(why);
      }
      return made;
    },
    asUser({ uid, gid }, text) {
      const ran = spawnSync('/bin/sh', ['-c', text], { uid, gid, cwd: '/', env, encoding: 'utf8' });
      return { exit: ran.status ?? -1, said: `${ran.stdout}${ran.stderr}` };
    },
    remove() {
      const names = made.splice(0).map(({ name }) => name);
      names.forEach(drop);
      return names.filter(isThere);
    },
  };
};
