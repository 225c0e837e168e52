import type { SettingKey } from '../../domain/limits/setting-keys.ts';
import type { JsonSchema } from './json-schema.ts';

/** One input of a command, given by a flag or by position. */
export interface InputField {
  /** The input's key in JSON. */
  key: string;
  /** The key in kebab case, without dashes. */
  flag: string;
  /** The one-letter flag; null for none. */
  short: string | null;
  type: 'string' | 'integer' | 'number' | 'boolean';
  /** The unit or kind of a value, `FILE`; null where it is obvious. */
  unit: string | null;
  /** The input takes several values. */
  many: boolean;
  choices: string[] | null;
  minimum: number | null;
  maximum: number | null;
  /** null: the input has no default. */
  default: unknown;
  required: boolean;
  description: string;
  /** ALEPH_AGENT_* does not stand in for the input: what it chooses must have been typed. */
  explicit: boolean;
  /** The setting that stands in for the input where none of the inputs in `unless` is given either; null for none. */
  setting: SettingKey | null;
  unless: string[];
  /** The input's place among the positionals; null for a flag. */
  position: number | null;
}

/** The inputs of an object's schema: positionals in their order, then flags as declared. */
export const inputFields = (schema: JsonSchema, positionals: readonly string[]): InputField[] =>
  Object.entries(schema.properties ?? {})
    .map(([key, property]) => inputField(key, property, schema.required?.includes(key) ?? false, positionals.indexOf(key)))
    .sort((a, b) => (a.position ?? positionals.length) - (b.position ?? positionals.length));

export const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const inputField = (key: string, property: JsonSchema, required: boolean, position: number): InputField => {
  const many = property.type === 'array';
  const value = many ? (property.items ?? {}) : property;
  const scalar = scalarOf(value);
  return {
    key,
    flag: kebab(key),
    short: property.short ?? null,
    type: typeOf(scalar),
    unit: property.unit ?? null,
    many,
    choices: choicesOf(value),
    // zod writes the limits of safe integers where the declaration has none
    minimum: bounded(scalar.minimum),
    maximum: bounded(scalar.maximum),
    default: property.default ?? null,
    required: required && property.default === undefined,
    description: property.description ?? value.description ?? '',
    explicit: property.explicit === true,
    setting: property.setting ?? null,
    unless: property.unless ?? [],
    position: position < 0 ? null : position,
  };
};

/** The one alternative that is not null. Where several are left, the command line keeps the text and zod decides. */
const scalarOf = (schema: JsonSchema): JsonSchema => {
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []).filter((alternative) => alternative.type !== 'null');
  return alternatives.length === 1 ? (alternatives[0] ?? schema) : schema;
};

const typeOf = ({ type }: JsonSchema): InputField['type'] =>
  type === 'integer' || type === 'number' || type === 'boolean' ? type : 'string';

const choicesOf = (schema: JsonSchema): string[] | null => {
  const scalar = scalarOf(schema);
  if (scalar.enum !== undefined) return scalar.enum.map(String);
  return scalar.const === undefined ? null : [String(scalar.const)];
};

const bounded = (limit: number | undefined): number | null =>
  limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? null : limit;
