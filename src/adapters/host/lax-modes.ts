import { readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HomeFolders } from './home.ts';

interface Lax {
  path: string;
  /** In octal. */
  mode: string;
  folder: boolean;
}

/** Folders and files of ours that other users of this machine may enter or read. To be reported, not changed: a person may want it so. */
export const laxModes = (folders: HomeFolders): Lax[] => {
  const places = [dirname(folders.settings), dirname(folders.ledger), folders.keys, folders.devnet, folders.ssh, folders.logs];
  const files = [folders.settings, folders.ledger, folders.alerts, ...namesIn(folders.keys), ...namesIn(folders.ssh)];
  return [...new Set([...places, ...files])].flatMap((path) => {
    const found = process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false });
    if (found === undefined || (found.mode & 0o077) === 0 || isPublic(path, found)) return [];
    return [{ path, mode: (found.mode & 0o777).toString(8).padStart(4, '0'), folder: found.isDirectory() }];
  });
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
