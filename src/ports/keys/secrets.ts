/** Why a passphrase is asked for. `new`: it will lock a key, so a terminal asks twice. `unlock`: it opens one. */
export interface PassphrasePurpose {
  use: 'new' | 'unlock';
  /** The key's name. */
  key: string;
}

/** Secrets that a person or agent hands in, never by argv and never by the environment. */
export interface Secrets {
  /** Whether a person would be asked for the passphrase of a key, because no other source was named. */
  readonly asksForPassphrases: boolean;
  /**
   * Reads a passphrase from `source`: a file's path, `fd:3`, or `-` for stdin; null asks at the terminal. One trailing line break is
   * dropped. Where nobody can be asked, throws `INPUT_MISSING` for a new key and `KEY_LOCKED` for unlocking.
   */
  passphrase(purpose: PassphrasePurpose, source: string | null): Promise<string>;
  /** Asks at the terminal once more, after so many passphrases that do not open the key; null where no other try is left, or nobody is asked. */
  passphraseAgain(key: string, wrong: number): Promise<string | null>;
  /** All of stdin. Throws `USAGE` where it is a terminal, or longer than `limit` bytes. */
  readStdin(limit: number): Promise<Uint8Array>;
}
