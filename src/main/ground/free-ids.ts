import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Above the ids that systems give by themselves, and below what users within users and namespaces have. */
const [first, last] = [61_000, 64_999];

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // a process that has ended meanwhile, or a file that this system has not
    return '';
  }
};

/** Names of /etc/passwd or /etc/group, and their ids. */
const rowsOf = (path: string): { name: string; id: number }[] =>
  read(path)
    .split('\n')
    .map((row) => row.split(':'))
    .map(([name = '', , id]) => ({ name, id: Number(id) }));

const idsOf = (status: string): number[] =>
  [...status.matchAll(/^(?:Uid|Gid|Groups):(.*)$/gm)].flatMap(([, ids = '']) => ids.trim().split(/\s+/).map(Number));

export interface Ids {
  /** Of users and groups. */
  names: readonly string[];
  /** A process with this id runs. */
  runs(pid: number): boolean;
  /** Ids that no user, no group and no process has: a container's processes have ids that /etc/passwd does not know. */
  free(count: number): number[];
}

/** What ids this machine has; its files are below `root`. */
export const ids = (root: string, pid: number): Ids => {
  const known = ['passwd', 'group'].flatMap((file) => rowsOf(join(root, 'etc', file)));
  const pids = readdirSync(join(root, 'proc')).filter((name) => /^\d+$/.test(name));
  const processes = (): number[] => pids.flatMap((name) => idsOf(read(join(root, 'proc', name, 'status'))));
  return {
    names: [...new Set(known.map(({ name }) => name))],
    runs: (other) => pids.includes(String(other)),
    free(count) {
      const taken = new Set([...known.map(({ id }) => id), ...processes()]);
      const all = Array.from({ length: last - first + 1 }, (_, nth) => first + nth);
      // two runs at once begin at different ids
      const at = pid % all.length;
      return [...all.slice(at), ...all.slice(0, at)].filter((id) => !taken.has(id)).slice(0, count);
    },
  };
};
