import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { GuardReport } from '../../ports/host/guard-report.ts';

/** Who is in one of these reads every file of the machine, by sudo or by what the group may do. */
const rootGroups = ['sudo', 'wheel', 'admin', 'docker', 'lxd', 'incus', 'libvirt', 'disk', 'kvm'];

/** Agents that run on people's machines, by the names of their processes. */
const agentNames = /^(claude|codex|opencode|gemini|cursor|cursor-agent|aider|goose|crush|openhands)$/;

/** Where this is tried, machines differ; all of it is read, nothing run. */
interface Machine {
  /** The text of /etc/group; null where there is none. */
  groups: string | null;
  /** Of each process that can be seen: its user and its name. null where none can. */
  processes: { uid: number; name: string }[] | null;
}

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

const processesHere = (): Machine['processes'] => {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((id) => {
        const status = textOf(`/proc/${id}/status`) ?? '';
        const [name, uid] = [/^Name:\s*(.+)$/m, /^Uid:\s*(\d+)/m].map((pattern) => pattern.exec(status)?.[1]);
        return name === undefined ? [] : [{ uid: Number(uid), name }];
      });
  } catch {
    return null;
  }
};

const thisMachine = (): Machine => ({ groups: textOf('/etc/group'), processes: processesHere() });

/** The path as it really is, and what lies in it; none where nothing is there. */
const withContents = (path: string): string[] => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  const real = realpathSync(path);
  const inside = found.isDirectory() ? readdirSync(real, { recursive: true, encoding: 'utf8' }) : [];
  return [real, ...inside.map((name) => join(real, name))];
};

/** The path and the folders above it, to the root. */
const withFolders = (path: string): string[] => (dirname(path) === path ? [path] : [path, ...withFolders(dirname(path))]);

const changeable = (path: string, uid: number): GuardReport['writable'] => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.uid !== 0 && found.uid !== uid) return [{ path, why: `it belongs to user ${found.uid}` }];
  // what is sticky lets nobody replace another's
  const open = (found.mode & 0o022) !== 0 && !(found.isDirectory() && (found.mode & 0o1000) !== 0);
  return open ? [{ path, why: `others may write to it (${(found.mode & 0o7777).toString(8)})` }] : [];
};

const rootLike = (groups: string, user: string): GuardReport['rootLike'] =>
  groups.split('\n').flatMap((line) => {
    const [group = '', , , members = ''] = line.split(':');
    const users = members.split(',').filter((name) => name !== '' && name !== 'root' && name !== user);
    return rootGroups.includes(group) && users.length > 0 ? [{ group, users }] : [];
  });

/** Looks at who else gets at what a safe keeps. `program`: the files and folders that run, node itself among them. */
export const guardReport = (program: readonly string[], machine: Machine = thisMachine()): GuardReport => {
  const { username: user, uid } = userInfo();
  const paths = program.flatMap(withContents).flatMap(withFolders);
  return {
    user,
    uid,
    writable: [...new Set(paths)].flatMap((path) => changeable(path, uid)),
    rootLike: machine.groups === null ? [] : rootLike(machine.groups, user),
    agents:
      machine.processes === null
        ? null
        : [...new Set(machine.processes.filter((each) => each.uid === uid && agentNames.test(each.name)).map(({ name }) => name))],
  };
};
