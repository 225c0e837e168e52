/** What was packed or unpacked. */
export interface CopyTally {
  files: number;
  folders: number;
  /** Of files' contents. */
  bytes: number;
  /** Links that were left out. */
  links: number;
}

/** Something unpacked beside its target, which is not there before it is kept. */
export interface Unpacked {
  tally: CopyTally;
  /** The archive came to its end. */
  complete: boolean;
  /** Moves it to its target. `COPY_FAILED` where a folder is there already. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Files of this machine as tar archives and back. Links, devices and paths that leave the target are refused (`COPY_FAILED`); `skipLinks`
 * leaves links out instead. `USAGE` for a path of ours that is not there or cannot be read or written.
 */
export interface Archives {
  /** A file or folder of this machine as an archive whose only root is called `root`. `name`: what it is called here. */
  pack(
    path: string,
    options: { root: string; skipLinks: boolean },
  ): Promise<{ name: string; tally: CopyTally; bytes: AsyncIterable<Uint8Array> }>;
  /**
   * Where something called `name` will stand when copied to `target`: in it where it is a folder, as it otherwise. The way that cp
   * takes, without merging folders.
   */
  place(target: string, name: string): Promise<string>;
  /** Unpacks an archive whose only root is called `root`, to stand at `place`. */
  unpack(
    bytes: AsyncIterable<Uint8Array>,
    options: { root: string; place: string; skipLinks: boolean; mostBytes: number },
  ): Promise<Unpacked>;
}
