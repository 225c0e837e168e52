import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HomeFolders } from './home.ts';

/** Folders of ours that other users of this machine may enter, with their mode in octal. To be reported, not changed: a person may want it so. */
export const laxModes = (folders: HomeFolders): { path: string; mode: string }[] => {
  const paths = [dirname(folders.settings), dirname(folders.ledger), folders.keys, folders.devnet, folders.ssh];
  return [...new Set(paths)].flatMap((path) => {
    const mode = modeOf(path);
    return mode === null || (mode & 0o077) === 0 ? [] : [{ path, mode: mode.toString(8).padStart(4, '0') }];
  });
};

const modeOf = (path: string): number | null => {
  if (process.platform === 'win32') return null;
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : found.mode & 0o777;
};
