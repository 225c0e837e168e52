import type { ClientScope } from '../../domain/clients/clients.ts';

/** What a file was before we changed it, and what we left there. */
export interface ClientChange {
  /** null: there was no file. */
  before: string | null;
  after: string;
}

/** The configuration files of programs that call tools. */
export interface ClientFiles {
  /** The absolute path of a file below the user's home, or below the folder of this call. */
  path(scope: ClientScope, file: string): string;
  /** Is there a file or folder? */
  exists(path: string): boolean;
  /** The text; null where there is no file. `CONFIG_INVALID` where it cannot be read, or is no text. */
  read(path: string): string | null;
  /** Replaces the text in one step; the file keeps its mode, and a link stays a link. null takes the file away. */
  write(path: string, text: string | null): void;
  /** What we changed in this file; null for nothing. */
  change(path: string): ClientChange | null;
  /** Keeps what was there; null forgets it. */
  keep(path: string, change: ClientChange | null): void;
}
