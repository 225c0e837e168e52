import { homeFolders } from '../adapters/host/home.ts';
import { privateFiles } from '../adapters/host/private-files.ts';
import { openSettings } from '../adapters/settings/open-settings.ts';
import { readProject } from '../adapters/settings/project-file.ts';
import { knownFailure } from '../domain/failure/known-failure.ts';
import type { Stored } from '../surfaces/cli/stored.ts';

/** The user's settings and the project's, from their files. `CONFIG_INVALID` for settings that cannot be read. */
export const storedSettings = (from: {
  environment: Readonly<Record<string, string | undefined>>;
  /** null where it is gone. */
  cwd: string | null;
  uid: number | null;
}): Stored => {
  const { environment, cwd, uid } = from;
  const settings = openSettings({ file: homeFolders(environment).settings, files: privateFiles() });
  return { user: { path: settings.path, values: settings.values() }, project: projectOr(cwd, environment['HOME'] || null, uid) };
};

/** What cannot be used does not stop what only destroys; so whoever uses it decides. */
const projectOr = (cwd: string | null, home: string | null, uid: number | null): Stored['project'] => {
  try {
    return cwd === null ? null : readProject({ cwd, home, uid });
  } catch (thrown) {
    return knownFailure(thrown);
  }
};
