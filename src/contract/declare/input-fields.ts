import type { SettingKey } from '../../domain/limits/setting-keys.ts';
import type { JsonSchema } from './json-schema.ts';

/** One input of a command, as a flag or a position on the command line. */
export interface InputField {
  /** The key in JSON. */
  key: string;
  /** The same in kebab case, without dashes. */
  flag: string;
  /** One letter, where there is one. */
  short: string | null;
  type: 'string' | 'integer' | 'number' | 'boolean';
  /** What a number counts, `MIB`; null where that is plain. */
  unit: string | null;
  /** Takes several values. */
  many: boolean;
  choices: string[] | null;
  minimum: number | null;
  maximum: number | null;
  /** null where there is none. */
  default: unknown;
  required: boolean;
  description: string;
  /** ALEPH_AGENT_* does not stand in for it: what it chooses must have been typed. */
  explicit: boolean;
  /** A setting that stands in for it where none of `unless` is given either; null for none. */
  setting: SettingKey | null;
  unless: string[];
  /** Place among the positionals; null for a flag. */
  position: number | null;
}

/** The fields of an object's schema, positionals first in their order, then flags as declared. */
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
    // zod writes the limits of safe integers where none were declared
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

/** The one alternative that is not null; several stay a string at the edge and zod decides. */
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
