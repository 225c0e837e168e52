/** What a passphrase is asked for. `new`: it will lock a key, so at a terminal it is asked twice. `unlock`: it opens one. */
export interface PassphrasePurpose {
  use: 'new' | 'unlock';
  /** The key's name. */
  key: string;
}

/** Secrets that a person or agent hands in. Never from argv, never from the environment. */
export interface Secrets {
  /**
   * From `source`: a file's path, `fd:3`, or `-` for stdin; null is the terminal. One trailing line break is not part of it.
   * Where nobody can be asked: `INPUT_MISSING` for a new key, `KEY_LOCKED` to unlock one.
   */
  passphrase(purpose: PassphrasePurpose, source: string | null): Promise<string>;
  /** All of stdin; `USAGE` when it is a terminal, or longer than `limit` bytes. */
  readStdin(limit: number): Promise<Uint8Array>;
}
