import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MachineReport } from '../../ports/host/machine-report.ts';
import type { HomeFolders } from './home.ts';

type Lax = MachineReport['lax'][number];

/** Folders and files of ours that other users of this machine may enter or read. Only doctor --fix changes them: a person may want it so. */
export const laxModes = (folders: HomeFolders): Lax[] => {
  const places = [
    dirname(folders.settings),
    dirname(folders.ledger),
    folders.keys,
    folders.devnet,
    folders.ssh,
    folders.safe,
    folders.logs,
  ];
  const secrets = [folders.keys, folders.ssh, folders.safe].flatMap(namesIn);
  const files = [folders.settings, folders.ledger, folders.alerts, folders.joined, ...secrets];
  return [...new Set([...places, ...files])].flatMap((path) => {
    const found = process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false });
    if (found === undefined || (found.mode & 0o077) === 0 || isPublic(path, found)) return [];
    const folder = found.isDirectory();
    return [{ path, mode: (found.mode & 0o777).toString(8).padStart(4, '0'), folder, ours: isOurs(path, folder) }];
  });
};

/** Closes our own files and folders to other users of this machine; returns those that it closed. Links, what lies behind one, and what another user owns stay as they are. */
export const tightenModes = (folders: HomeFolders): Lax[] =>
  laxModes(folders).filter(({ path, folder, ours }) => {
    if (!ours) return false;
    try {
      closeToOthers(path, folder);
      return true;
    } catch {
      // it stays a finding
      return false;
    }
  });

/** Is this user's, is no link, and lies behind none? */
const isOurs = (path: string, folder: boolean): boolean => {
  const above = lstatSync(dirname(path));
  return isMine(lstatSync(path)) && !above.isSymbolicLink() && (folder || isMine(above));
};

const isMine = (found: Stats): boolean => !found.isSymbolicLink() && found.uid === process.getuid?.();

/** Closes what was opened, so that a link that is put in its place meanwhile leads nowhere. */
const closeToOthers = (path: string, folder: boolean): void => {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;
  const opened = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | (folder ? O_DIRECTORY : 0));
  try {
    if (!isMine(fstatSync(opened))) throw new Error(`${path} is another user's`);
    fchmodSync(opened, folder ? 0o700 : 0o600);
  } finally {
    closeSync(opened);
  }
};

/** Public halves and host keys may be read by anybody; what others may write is something else. */
const isPublic = (path: string, { mode }: Stats): boolean => /\.pub$|known_hosts/.test(path) && (mode & 0o022) === 0;

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(folder, entry.name)] : []));
  } catch {
    return [];
  }
};
