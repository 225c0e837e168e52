import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import { ledgerFile } from './contents.ts';

/** The places of a home that a backup has to know. */
export interface BackedUpFolders {
  settings: string;
  alerts: string;
  keys: string;
  ssh: string;
  safe: string;
  ledger: string;
  joined: string;
}

interface HomeFile {
  /** As a backup calls it. */
  path: string;
  file: string;
}

const single = { 'settings.json': 'settings', 'alerts.json': 'alerts', 'joined.json': 'joined', [ledgerFile]: 'ledger' } as const;

/** Where a file of a backup lies in the home. */
export const placeOf = (folders: BackedUpFolders, path: string): string => {
  if (path in single) return folders[single[path as keyof typeof single]];
  const [folder = '', ...rest] = path.split('/');
  return join(folders[folder as 'keys' | 'ssh' | 'safe'], ...rest);
};

/** What a process that was killed left half written: it was nobody's file yet. */
const isLeftOver = (name: string): boolean => /^\..+\.tmp$/.test(name);

/** Every file of the home that stands where a backup has something to say, those of the ledger last. */
export const homeFiles = (folders: BackedUpFolders, files: Pick<PrivateFiles, 'names'>): HomeFile[] => {
  const inside = (folder: string): HomeFile[] => {
    const place = placeOf(folders, folder);
    const names = files.names(place).filter((name) => !isLeftOver(name));
    return names.map((name) => ({ path: `${folder}/${name}`, file: join(place, name) }));
  };
  const lone = Object.entries(single).map(([path, folder]) => ({ path, file: folders[folder] }));
  // a side file would be taken for the new ledger's own
  const sides = ['-wal', '-shm'].map((end) => ({ path: `${ledgerFile}${end}`, file: `${folders.ledger}${end}` }));
  const all = [...['keys', 'safe', 'ssh', 'ssh/known_hosts'].flatMap(inside), ...lone, ...sides];
  return all.filter(({ file }) => statSync(file, { throwIfNoEntry: false })?.isDirectory() === false);
};
