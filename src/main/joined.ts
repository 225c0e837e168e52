import { homeFolders } from '../adapters/host/home.ts';
import { privateFiles } from '../adapters/host/private-files.ts';
import { type JoinedFile, readJoined } from '../adapters/safe/joined-file.ts';

/** The safe that this home has joined, by its file; null for none. */
export const joinedFile = (env: Readonly<Record<string, string | undefined>>): JoinedFile | null =>
  readJoined(homeFolders(env).joined, privateFiles(), env);
