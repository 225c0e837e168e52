/** What a person may choose once for all calls, by its key in the settings. Never money, keys or policy. */
export const settingKeys = ['output', 'network', 'task', 'timeout', 'color', 'size', 'ttl', 'namePrefix'] as const;

export type SettingKey = (typeof settingKeys)[number];

export type SettingValues = Partial<Record<SettingKey, string | number>>;

/** Strongest first (conventions.md §7). */
export type SettingLayer = 'flag' | 'environment' | 'project' | 'user' | 'default';

/** What one layer says of one setting; null: nothing. `source`: the flag, the variable or the file. */
export interface LayerWord {
  layer: SettingLayer;
  source: string | null;
  value: string | number | null;
}
