import type { Failure } from '../../domain/failure/failure.ts';
import type { SettingValues } from '../../domain/limits/setting-keys.ts';
import type { Project } from '../../ports/preferences.ts';

/** The contents of the settings files that apply to this call. */
export interface Stored {
  /** A failure where the file cannot be used. */
  user: UserSettings | Failure;
  /** null where there is no project file; a failure where it cannot be used. */
  project: Project | Failure | null;
}

export interface UserSettings {
  path: string;
  values: SettingValues;
}
