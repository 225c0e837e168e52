import type { Overlay } from '../domain/limits/overlay.ts';
import type { LayerWord, SettingKey, SettingValues } from '../domain/limits/setting-keys.ts';

/** The project file for the working folder. Its limits only tighten the policy (domain/limits/overlay.ts). */
export interface Project extends Overlay {
  values: SettingValues;
}

/** The preferences of this call, from all layers of conventions.md §7. */
export interface Preferences {
  /** Each layer's value of a setting, strongest first; the first that is not null applies. */
  layers(key: SettingKey): LayerWord[];
  /** The key to use, as flag and variable say. */
  readonly account: readonly LayerWord[];
  /** null where the working folder has no project file. */
  readonly project: Project | null;
}
