import type { Failure } from '../../domain/failure/failure.ts';
import type { SettingValues } from '../../domain/limits/setting-keys.ts';
import type { Project } from '../../ports/preferences.ts';

/** What the files say that hold for this call. */
export interface Stored {
  user: { path: string; values: SettingValues };
  /** A failure where there is one that cannot be used. */
  project: Project | Failure | null;
}
