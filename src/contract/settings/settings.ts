import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import type { LayerWord, SettingKey, SettingValues } from '../../domain/limits/setting-keys.ts';
import { offeredUnits } from '../../domain/money/size.ts';
import { durationPattern, durationWords } from '../../domain/text/duration.ts';
import { name } from '../fields/fields.ts';

interface Setting {
  what: string;
  schema: z.ZodType<string | number>;
  /** The flag that gives the setting for one call; null where there is none. */
  flag: string | null;
  /** A project file may hold the setting. */
  inProject: boolean;
  /** The default; null: there is none, or another part of the program decides. */
  usual: string | number | null;
}

const durationText = z.string().regex(durationPattern, durationWords);
const oneOf = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices, { error: `one of ${choices.join(', ')}` });
const size = z.int().refine((units) => offeredUnits.includes(units), `one of ${offeredUnits.join(', ')} compute units`);

/** All settings with schema, flag and default. The user's file, the project file, `config` and its help are made from this. */
export const settings: Readonly<Record<SettingKey, Setting>> = {
  output: { what: 'text, json or ndjson', schema: oneOf(['text', 'json', 'ndjson']), flag: '--format', inProject: false, usual: 'text' },
  network: { what: 'mainnet, devnet, or one under networks', schema: name, flag: '--network', inProject: false, usual: 'mainnet' },
  task: { what: 'whose work this is', schema: name, flag: '--task', inProject: true, usual: null },
  payer: {
    what: 'the account that pays, by its grant',
    schema: z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x and 40 hex digits'),
    flag: '--payer',
    inProject: false,
    usual: null,
  },
  timeout: { what: 'how long a call waits', schema: durationText, flag: '--timeout', inProject: false, usual: '100s' },
  color: { what: 'auto, always or never', schema: oneOf(['auto', 'always', 'never']), flag: '--color', inProject: false, usual: 'auto' },
  size: { what: 'compute units of a new VM', schema: size, flag: '--cu', inProject: true, usual: 1 },
  ttl: { what: 'lifetime of a new VM', schema: durationText, flag: '--ttl', inProject: true, usual: null },
  namePrefix: {
    what: 'begins names that are made up',
    schema: name.refine((text) => text.length <= 20, 'a name of at most 20 characters'),
    flag: null,
    inProject: true,
    usual: null,
  },
};

/** The environment variable of a setting: `namePrefix` → `ALEPH_AGENT_NAME_PREFIX`. */
export const variableOf = (key: SettingKey): string => `ALEPH_AGENT_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Reads a value as typed. Throws `USAGE` naming the value and where it stood. */
export const settingValue = (key: SettingKey, text: string, source: string): string | number => {
  const parsed = settings[key].schema.safeParse(key === 'size' && /^\d{1,9}$/.test(text) ? Number(text) : text);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const right = issue?.code === 'invalid_type' ? `one of ${offeredUnits.join(', ')} compute units` : (issue?.message ?? 'something else');
  throw new Failure('USAGE', `${source} "${text.slice(0, 80)}" is not right: it takes ${right}.`, {
    checks: [{ code: 'USAGE', figure: text.slice(0, 80), limit: right, message: `${source} takes ${right}` }],
  });
};

export interface SettingSources {
  /** Flags as typed on this command line. */
  flags: Partial<Record<SettingKey, string>>;
  environment: Readonly<Record<string, string | undefined>>;
  project: { path: string; values: SettingValues } | null;
  user: { path: string; values: SettingValues };
}

/**
 * Each layer's value of a setting, strongest first. An empty variable counts as unset. Throws `USAGE` for a flag or variable with a wrong
 * value.
 */
export const layersOf = (key: SettingKey, { flags, environment, project, user }: SettingSources): LayerWord[] => {
  const { flag, inProject, usual } = settings[key];
  const typed = flags[key];
  const variable = variableIn(key, environment);
  return [
    ...(flag === null
      ? []
      : [{ layer: 'flag' as const, source: flag, value: typed === undefined ? null : settingValue(key, typed, flag) }]),
    { layer: 'environment', source: variable.name, value: variable.text === null ? null : settingValue(key, variable.text, variable.name) },
    ...(inProject ? [{ layer: 'project' as const, source: project?.path ?? null, value: project?.values[key] ?? null }] : []),
    { layer: 'user', source: user.path, value: user.values[key] ?? null },
    { layer: 'default', source: null, value: usual },
  ];
};

/** The variable of a setting. ALEPH_AGENT_DEVNET, which points at a devnet, also stands for the network. */
const variableIn = (key: SettingKey, environment: SettingSources['environment']): { name: string; text: string | null } => {
  const name = variableOf(key);
  const text = environment[name] || null;
  if (text === null && key === 'network' && environment['ALEPH_AGENT_DEVNET']) return { name: 'ALEPH_AGENT_DEVNET', text: 'devnet' };
  return { name, text };
};

/** The layer that decides: the first one with a value. */
export const holding = (layers: readonly LayerWord[]): LayerWord =>
  layers.find(({ value }) => value !== null) ?? { layer: 'default', source: null, value: null };
