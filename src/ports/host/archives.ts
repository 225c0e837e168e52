/** Counts of what was packed or unpacked. */
export interface CopyTally {
  files: number;
  folders: number;
  /** Total size of the files' contents. */
  bytes: number;
  /** Number of links that were left out. */
  links: number;
}

/** An unpacked archive that still lies beside its target; `keep` moves it there. */
export interface Unpacked {
  tally: CopyTally;
  /** The archive came to its proper end and was not cut off. */
  complete: boolean;
  /** Moves the files to the target. Throws `COPY_FAILED` where a folder is there already. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Packs files of this machine as tar archives and unpacks them. Links, devices and paths that leave the target are refused (`COPY_FAILED`);
 * with `skipLinks` links are left out instead. Throws `USAGE` for a local path that is missing, or cannot be read or written.
 */
export interface Archives {
  /** Packs a file or folder into an archive whose only root is called `root`. `name`: the file's name on this machine. */
  pack(
    path: string,
    options: { root: string; skipLinks: boolean },
  ): Promise<{ name: string; tally: CopyTally; bytes: AsyncIterable<Uint8Array> }>;
  /**
   * The path of a file `name` when copied to `target`: inside `target` where that is a folder, otherwise `target` itself, as cp does, but
   * without merging folders.
   */
  place(target: string, name: string): Promise<string>;
  /**
   * Unpacks an archive whose only root is called `root`, to be kept at `place`. Throws `COPY_FAILED` for more than `mostBytes` of
   * contents, or of blocks that small files take, and before the disk is full.
   */
  unpack(
    bytes: AsyncIterable<Uint8Array>,
    options: { root: string; place: string; skipLinks: boolean; mostBytes: number },
  ): Promise<Unpacked>;
}
