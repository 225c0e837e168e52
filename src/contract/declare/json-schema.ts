import type { SettingKey } from '../../domain/limits/setting-keys.ts';

/** The part of JSON Schema (draft 2020-12) that `z.toJSONSchema` writes and we read. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  /** The one-letter flag, by `.meta({ short: 'i' })`. */
  short?: string;
  /** The unit or kind of a value, by `.meta({ unit: 'FILE' })`. */
  unit?: string;
  explicit?: boolean;
  /** The setting that stands in for the input, by `.meta({ setting: 'ttl' })`, unless one of the inputs in `unless` is given. */
  setting?: SettingKey;
  unless?: string[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}
