import * as z from 'zod';
import { keyOrNetworkName, networksSchema } from '../../contract/settings/network-hosts.ts';
import { settingShape } from '../../contract/settings/setting-shape.ts';
import { topUpSettings } from '../../contract/settings/top-up-settings.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { SettingValues } from '../../domain/limits/setting-keys.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import { documentTrouble } from './document-trouble.ts';

const schema = z.strictObject({
  ...settingShape(() => true),
  chosenKey: z.record(keyOrNetworkName, keyOrNetworkName).default({}),
  networks: networksSchema.default({}),
  topup: topUpSettings.default({ priceSources: [], rpc: [] }),
});

export interface SettingsDocument {
  values: SettingValues;
  chosenKey: Record<string, string>;
  networks: z.output<typeof networksSchema>;
  topup: z.output<typeof topUpSettings>;
}

/** What the file says; nothing of it where there is no file. `CONFIG_INVALID` names the first key that does not belong there. */
export const readSettingsFile = (path: string, files: PrivateFiles): SettingsDocument => checkSettings(rawSettings(path, files), path);

/** The same as it stands there, unchecked. */
export const rawSettings = (path: string, files: PrivateFiles): unknown => {
  const found = files.read(path);
  return found === null ? {} : parseJson(new TextDecoder().decode(found.bytes), path);
};

export const checkSettings = (document: unknown, path: string): SettingsDocument => {
  const parsed = schema.safeParse(document);
  if (parsed.success) {
    const { chosenKey, networks, topup, ...values } = parsed.data;
    return { values: values as SettingValues, chosenKey, networks, topup };
  }
  const { key, reason } = documentTrouble(parsed.error);
  throw invalid(path, key === '' ? 'it is no JSON object' : `"${key}" does not belong there: ${reason}`, key === '' ? null : key);
};

const parseJson = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(path, 'it is not JSON', null);
  }
};

const invalid = (path: string, what: string, key: string | null): Failure =>
  new Failure('CONFIG_INVALID', `The settings in ${path} cannot be used: ${what}.`, {
    fix: human(`Mend ${path}.`),
    facts: { path, key },
  });
