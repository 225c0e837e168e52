import { holding, layersOf } from '../../contract/settings/settings.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { LayerWord, SettingKey } from '../../domain/limits/setting-keys.ts';
import type { CommandName } from '../../domain/suggest/command-name.ts';
import type { Preferences } from '../../ports/preferences.ts';
import type { Selection } from './parse/build-program.ts';
import type { Host } from './print/host.ts';
import type { Stored } from './stored.ts';

/**
 * The settings of this call from all layers. A project file that cannot be used fails commands that spend or show. Commands that destroy,
 * stop or tidy go on without it, because it must always be possible to end what costs money. A settings file that cannot be used fails
 * commands that change anything else; those that look on go on without it, too.
 */
export const preferencesOf = (
  { command, typed, raw }: Selection,
  { user: asked, project: found }: Stored,
  host: Pick<Host, 'environment'>,
  warn: (code: string, message: string) => void,
): Preferences => {
  const damaged = asked instanceof Failure;
  if (damaged && !doesWithoutSettings(command)) throw asked;
  if (damaged)
    warn('SETTINGS_IGNORED', `${asked.message} This call goes on with the defaults: name network and key with --network and --account.`);
  const user = damaged ? { path: String(asked.details.facts?.['path']), values: {} } : asked;
  const unusable = found instanceof Failure;
  if (unusable && (command.safety === 'spend' || command.safety === 'read')) throw found;
  if (unusable) warn('PROJECT_FILE_IGNORED', found.message);
  const project = unusable ? null : found;
  const flags = {
    output: typed.format,
    network: typed.network,
    task: typed.task,
    payer: typed.payer,
    timeout: typed.timeout,
    color: colorOf(typed.color),
  };
  const terms = { size: raw['cu'], ttl: raw['ttl'] };
  const sources = { flags: words({ ...flags, ...terms }), environment: host.environment, project, user };
  const account: LayerWord[] = [
    { layer: 'flag', source: '--account', value: typed.account ?? null },
    { layer: 'environment', source: 'ALEPH_AGENT_ACCOUNT', value: host.environment['ALEPH_AGENT_ACCOUNT'] || null },
  ];
  return { layers: (key) => layersOf(key, sources), account, project };
};

/** Commands that end what costs money, beside those that only destroy. */
const ending: readonly CommandName[] = ['gc', 'gc watch', 'freeze', 'vm stop'];

const doesWithoutSettings = ({ safety, name }: Selection['command']): boolean =>
  safety === 'read' || safety === 'destroy' || ending.some((one) => one === name);

/** Reads `--no-color` as `--color never`. */
const colorOf = (color: string | boolean | undefined): string | undefined =>
  color === false ? 'never' : color === true ? undefined : color;

/** What else an input may be, a schema refuses by its name. */
const isWord = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const words = (given: Partial<Record<SettingKey, unknown>>): Partial<Record<SettingKey, string>> =>
  Object.fromEntries(Object.entries(given).flatMap(([key, value]) => (isWord(value) ? [[key, String(value)]] : [])));

/** The value of a setting that applies, as text; null for none. */
export const preferred = (preferences: Preferences, key: SettingKey): string | null => {
  const { value } = holding(preferences.layers(key));
  return value === null ? null : String(value);
};

/**
 * The typed inputs, completed by the settings that stand in for inputs of this command. A project's lifetime is not filled in: it acts as a
 * limit, to which the policy's default lifetime gives way.
 */
export const filledIn = ({ command, raw }: Selection, preferences: Preferences): Record<string, unknown> => ({
  ...raw,
  ...Object.fromEntries(
    command.inputs.flatMap(({ key, setting, unless }) => {
      if (setting === null || [key, ...unless].some((given) => raw[given] !== undefined)) return [];
      const { layer, value } = holding(preferences.layers(setting));
      const left = value === null || layer === 'default' || (layer === 'project' && setting === 'ttl');
      return left ? [] : [[key, value]];
    }),
  ),
});
