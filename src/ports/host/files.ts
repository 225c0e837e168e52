/** Files that a person names on the command line. State of our own lives behind other ports. */
export interface Files {
  /** The file's bytes, `-` for all of stdin; null when there is no such file. Other trouble: USAGE with the path and the reason. */
  read(path: string): Promise<Uint8Array | null>;
  /** Replaces the file at once, makes its folder where needed. `onlyOurs`: 0600, whatever the umask. */
  write(path: string, text: string, options?: { onlyOurs: boolean }): Promise<void>;
}
