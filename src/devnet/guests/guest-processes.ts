import { type ChildProcess, spawn } from 'node:child_process';

/** What runs for one guest. */
export interface GuestProcesses {
  run(command: string, home: string): ChildProcess;
  /** Kills every process group that still has members. */
  kill(): void;
}

const hasMembers = (group: number): boolean => {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
};

/** Each command is a process group of its own, in the guest's folder and with nothing of our environment but the way to programs. */
export const createGuestProcesses = (path: string): GuestProcesses => {
  const groups = new Set<number>();
  return {
    run: (command, home) => {
      const env = {
        HOME: home,
        PATH: path,
        USER: 'root',
        LOGNAME: 'root',
        SHELL: '/bin/sh',
        LANG: 'C.UTF-8',
      };
      const child = spawn('/bin/sh', command === '' ? [] : ['-c', command], { cwd: home, env, detached: true, stdio: 'pipe' });
      const { pid } = child;
      if (pid !== undefined) {
        groups.add(pid);
        child.once('exit', () => {
          if (!hasMembers(pid)) groups.delete(pid);
        });
      }
      return child;
    },
    kill: () => {
      for (const group of groups) if (hasMembers(group)) process.kill(-group, 'SIGKILL');
      groups.clear();
    },
  };
};
