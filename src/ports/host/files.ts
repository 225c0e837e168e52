/** Files that a person names on the command line. Our own state lives behind other ports. */
export interface Files {
  /**
   * The file's bytes, or all of stdin for `-`; null where there is no such file. Throws `USAGE` with path and reason for any other trouble.
   */
  read(path: string): Promise<Uint8Array | null>;
  /** Replaces the whole file in one step and makes its folder where needed. `onlyOurs`: mode 0600, whatever the umask. */
  write(path: string, text: string, options?: { onlyOurs: boolean }): Promise<void>;
  /** Makes a file of mode 0600 that is on disk when this returns. `USAGE` where there is one: it is left as it is. */
  create(path: string, text: string): Promise<void>;
  /** Takes a file away that this call created. */
  remove(path: string): Promise<void>;
}
