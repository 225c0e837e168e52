import type * as z from 'zod';
import type { SettingKey } from '../../domain/limits/setting-keys.ts';
import { settings } from './settings.ts';

/** The settings that fit, each optional, for the schema of a settings file. */
export const settingShape = (fits: (key: SettingKey) => boolean): Record<string, z.ZodOptional<z.ZodType<string | number>>> =>
  Object.fromEntries(Object.entries(settings).flatMap(([key, { schema }]) => (fits(key as SettingKey) ? [[key, schema.optional()]] : [])));
