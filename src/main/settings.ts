import { homeFolders } from '../adapters/host/home.ts';
import { privateFiles } from '../adapters/host/private-files.ts';
import { openSettings } from '../adapters/settings/open-settings.ts';
import { readProject } from '../adapters/settings/project-file.ts';
import type { Failure } from '../domain/failure/failure.ts';
import { knownFailure } from '../domain/failure/known-failure.ts';
import type { Stored } from '../surfaces/cli/stored.ts';

/** The user's settings and the project's, from their files. */
export const storedSettings = (from: {
  environment: Readonly<Record<string, string | undefined>>;
  /** null where it is gone. */
  cwd: string | null;
  uid: number | null;
}): Stored => {
  const { environment, cwd, uid } = from;
  const settings = openSettings({ file: homeFolders(environment).settings, files: privateFiles(), ignored: false });
  return {
    user: orFailure(() => ({ path: settings.path, values: settings.values() })),
    project: orFailure(() => (cwd === null ? null : readProject({ cwd, home: environment['HOME'] || null, uid }))),
  };
};

/** What cannot be used does not stop what only destroys or looks on; so whoever uses it decides. */
const orFailure = <Read>(read: () => Read): Read | Failure => {
  try {
    return read();
  } catch (thrown) {
    return knownFailure(thrown);
  }
};
