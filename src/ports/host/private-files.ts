/**
 * Our own files on this machine: mode 0600, in folders of mode 0700 that are made where needed. A file is complete or absent, even when the
 * process dies meanwhile. All calls are synchronous, because these files are small.
 */
export interface PrivateFiles {
  /** File names in the folder, sorted; empty where there is no folder. */
  names(folder: string): string[];
  /** The file; null where there is none. `exposed`: other users of this machine may read or write it. */
  read(path: string): { bytes: Uint8Array; mode: number; exposed: boolean } | null;
  /** Makes the file; false, with nothing touched, where it exists already. Of several processes exactly one succeeds. */
  create(path: string, text: string | Uint8Array): boolean;
  replace(path: string, text: string): void;
  remove(path: string): void;
}
