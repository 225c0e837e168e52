import * as z from 'zod';
import { hostKeys } from '../../contract/settings/network-hosts.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import { limitWord } from '../../domain/limits/overlay.ts';
import { type LayerWord, settingKeys } from '../../domain/limits/setting-keys.ts';
import { accountInUse } from '../../lifecycle/operation/account-in-use.ts';
import { readPolicy } from '../../lifecycle/policy/policy-in-force.ts';
import type { ReadContext } from '../../ports/context.ts';
import { type ConfigKey, configKey, limitKeys, topUpKeys } from './config-key.ts';
import { toldValue } from './told-value.ts';

const layer = z.enum(['flag', 'environment', 'project', 'user', 'policy', 'default']);

/** What one layer says, as commands show it: values as one would type them. */
export const layerOutput = z.object({
  layer,
  source: z.string().nullable().describe('Flag, variable or file'),
  value: z.string().nullable(),
});

type LayerOutput = z.output<typeof layerOutput>;

export const configOutput = z.object({ key: z.string() }).extend(layerOutput.shape);

/** What each layer says, strongest first. */
export const configLayers = async (context: ReadContext, key: ConfigKey): Promise<LayerOutput[]> => {
  const { preferences, settings } = context;
  const user = (value: string | null): LayerOutput => ({ layer: 'user', source: settings.path, value });
  if (key.kind === 'setting') return preferences.layers(key.setting).map(asText);
  if (key.kind === 'host') {
    const value = settings.networks()[key.network]?.[key.host] ?? null;
    return [user(toldValue(key, value))];
  }
  if (key.kind === 'topUp') return [user(toldValue(key, settings.topUp()[key.urls]))];
  if (key.kind === 'chosenKey') {
    const [only, ...others] = context.keys.list().filter(({ network }) => network === key.network);
    const flag = key.network === context.network ? preferences.account.map(asText) : [];
    const usual: LayerOutput = { layer: 'default', source: null, value: only !== undefined && others.length === 0 ? only.name : null };
    return [...flag, user(settings.chosenKey(key.network)), usual];
  }
  const account = accountInUse(context);
  const held = account === null ? null : await readPolicy(context, account);
  const ofProject = preferences.project?.limits[key.limit];
  const limits = held?.limits ?? defaultLimits;
  return [
    {
      layer: 'project',
      source: preferences.project?.path ?? null,
      value: ofProject === undefined ? null : limitWord(key.limit, ofProject),
    },
    { layer: held === null || held.version === 0 ? 'default' : 'policy', source: null, value: limitWord(key.limit, limits[key.limit]) },
  ];
};

export const configValue = async (context: ReadContext, key: string): Promise<z.output<typeof configOutput>> =>
  heldIn(key, await configLayers(context, configKey(key)));

/** The one that holds. */
export const heldIn = (key: string, layers: readonly LayerOutput[]): z.output<typeof configOutput> => {
  const held = layers.find(({ value }) => value !== null) ?? layers.at(-1);
  return { key, layer: held?.layer ?? 'default', source: held?.value == null ? null : held.source, value: held?.value ?? null };
};

/** All settings, and whatever else was chosen. */
export const configKeys = ({ settings, preferences }: ReadContext): string[] => [
  ...settingKeys,
  ...Object.keys(settings.chosenKeys()).map((network) => `chosenKey.${network}`),
  ...Object.entries(settings.networks()).flatMap(([network, hosts]) =>
    hostKeys.flatMap((host) => (hosts[host] == null ? [] : [`networks.${network}.${host}`])),
  ),
  ...Object.entries(topUpKeys).flatMap(([key, urls]) => (settings.topUp()[urls].length === 0 ? [] : [key])),
  ...limitKeys.flatMap(([key, limit]) => (preferences.project?.limits[limit] === undefined ? [] : [key])),
];

const asText = ({ value, ...word }: LayerWord): LayerOutput => ({ ...word, value: value === null ? null : String(value) });

/** The layer above `below` that says something else, where there is one: what was set there does not show. */
export const hiding = (layers: readonly LayerOutput[], below: LayerOutput['layer']): LayerOutput | null => {
  const place = layers.findIndex((word) => word.layer === below);
  return layers.slice(0, Math.max(0, place)).find(({ value }) => value !== null) ?? null;
};
