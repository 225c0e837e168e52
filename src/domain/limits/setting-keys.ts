/** The settings, by key, that a person chooses once for all calls. None of them is money, a key or policy. */
export const settingKeys = ['output', 'network', 'task', 'payer', 'timeout', 'color', 'size', 'ttl', 'namePrefix'] as const;

export type SettingKey = (typeof settingKeys)[number];

export type SettingValues = Partial<Record<SettingKey, string | number>>;

/** The layers that a setting can come from, strongest first (conventions.md §7). */
export type SettingLayer = 'flag' | 'environment' | 'project' | 'user' | 'default';

/** One layer's value of one setting; null where the layer has none. `source`: the flag, variable or file that it came from. */
export interface LayerWord {
  layer: SettingLayer;
  source: string | null;
  value: string | number | null;
}
