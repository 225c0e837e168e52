import type { Overlay } from '../domain/limits/overlay.ts';
import type { LayerWord, SettingKey, SettingValues } from '../domain/limits/setting-keys.ts';

/** The project file that holds for the working folder. Its limits only tighten (domain/limits/overlay.ts). */
export interface Project extends Overlay {
  values: SettingValues;
}

/** How this call was told to go about it, by all layers of conventions.md §7. */
export interface Preferences {
  /** What each layer says, strongest first; the first value that is not null holds. */
  layers(key: SettingKey): LayerWord[];
  /** What flag and variable say of the key to use. */
  readonly account: readonly LayerWord[];
  /** null where there is none. */
  readonly project: Project | null;
}
