/**
 * Our own files on this machine: 0600, in folders of 0700 that are made where needed. A file is complete or not there, whatever
 * dies meanwhile. Everything is synchronous: these files are small.
 */
export interface PrivateFiles {
  /** Names in the folder, sorted; none where there is no folder. */
  names(folder: string): string[];
  /** null where there is no such file. `exposed`: other users of this machine may read or write it. */
  read(path: string): { bytes: Uint8Array; mode: number; exposed: boolean } | null;
  /** Makes the file; false, and nothing touched, where there is one already. Of any number of processes one wins. */
  create(path: string, text: string): boolean;
  replace(path: string, text: string): void;
  remove(path: string): void;
}
