import type { JsonSchema } from '../../contract/declare/json-schema.ts';

/** Keys that stand together in many outputs, and the word for them. */
export interface Shorthand {
  word: string;
  keys: readonly string[];
  /** The word is for those of them that `--full` adds, where the output has them all. */
  rest?: true;
}

/**
 * The keys of an output, three levels deep, those of the usual answer first, then those that `--full` adds:
 * `items[id name; --full: image] count`. `brief`: the paths of the usual answer; undefined for all.
 */
export const outline = (schema: JsonSchema, brief: readonly string[] | undefined, shorthands: readonly Shorthand[]): string =>
  keysOf(schema, brief, shorthands, 0);

type Members = readonly (readonly [string, JsonSchema])[];

const keysOf = (schema: JsonSchema, brief: readonly string[] | undefined, shorthands: readonly Shorthand[], depth: number): string => {
  const members = Object.entries(sound(schema).properties ?? {});
  const shown = (key: string): boolean => brief === undefined || brief.some((path) => path.split('.')[0] === key);
  const has = (some: Members, keys: readonly string[]): boolean => keys.every((key) => some.some(([own]) => own === key));
  const words = (some: Members, fitting: readonly Shorthand[], say: (key: string, member: JsonSchema) => string): string => {
    const folded = fitting.flatMap(({ keys }) => keys);
    const left = some.filter(([key]) => !folded.includes(key)).map(([key, member]) => say(key, member));
    return [...fitting.map(({ word }) => word), ...left].join(' ');
  };
  const usual = members.filter(([key]) => shown(key));
  const rest = members.filter(([key]) => !shown(key));
  const first = words(
    usual,
    shorthands.filter((one) => one.rest === undefined && has(usual, one.keys)),
    (key, member) => key + inside(member, below(brief, key), shorthands, depth),
  );
  if (rest.length === 0) return first;
  const more = shorthands.filter((one) => one.rest === true && has(members, one.keys));
  return `${first}; --full: ${words(rest, more, (key, member) => key + inside(member, undefined, shorthands, depth))}`;
};

const inside = (member: JsonSchema, brief: readonly string[] | undefined, shorthands: readonly Shorthand[], depth: number): string => {
  const { items, properties } = sound(member);
  if (depth < 2 && items?.properties !== undefined) return `[${keysOf(items, brief, shorthands, depth + 1)}]`;
  const keys = Object.keys(properties ?? {});
  return depth < 1 && keys.length > 0 ? `{${keysOf(member, brief, shorthands, depth + 1)}}` : '';
};

const sound = (schema: JsonSchema): JsonSchema => (schema.anyOf ?? []).find(({ type }) => type !== 'null') ?? schema;

/** The paths under a key, of each item where it is a list; undefined where the key itself is named, with all that it holds. */
const below = (brief: readonly string[] | undefined, key: string): string[] | undefined => {
  if (brief === undefined || brief.includes(key)) return undefined;
  return brief.flatMap((path) => {
    const [own, ...deeper] = path.split('.');
    return own === key ? [(deeper[0] === '*' ? deeper.slice(1) : deeper).join('.')] : [];
  });
};
