import type { Failure } from '../../domain/failure/failure.ts';
import type { SettingValues } from '../../domain/limits/setting-keys.ts';
import type { Project } from '../../ports/preferences.ts';

/** The contents of the settings files that apply to this call. */
export interface Stored {
  user: { path: string; values: SettingValues };
  /** null where there is no project file; a failure where it cannot be used. */
  project: Project | Failure | null;
}
