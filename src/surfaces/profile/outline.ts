import type { JsonSchema } from '../../contract/declare/json-schema.ts';

/**
 * The keys of an output, three levels deep: first those of the usual answer, then those that `--full` adds: `items[id name; --full: image]
 * count`. `brief`: the paths of the usual answer; undefined: all.
 */
export const outline = (schema: JsonSchema, brief: readonly string[] | undefined): string => keysOf(schema, brief, 0);

const keysOf = (schema: JsonSchema, brief: readonly string[] | undefined, depth: number): string => {
  const members = Object.entries(sound(schema).properties ?? {});
  const shown = (key: string): boolean => brief === undefined || brief.some((path) => path.split('.')[0] === key);
  const usual = members.filter(([key]) => shown(key)).map(([key, member]) => key + inside(member, below(brief, key), depth));
  const rest = members.filter(([key]) => !shown(key)).map(([key, member]) => key + inside(member, undefined, depth));
  return usual.join(' ') + (rest.length === 0 ? '' : `; --full: ${rest.join(' ')}`);
};

const inside = (member: JsonSchema, brief: readonly string[] | undefined, depth: number): string => {
  const { items, properties } = sound(member);
  if (depth < 2 && items?.properties !== undefined) return `[${keysOf(items, brief, depth + 1)}]`;
  const keys = Object.keys(properties ?? {});
  return depth < 1 && keys.length > 0 ? `{${keysOf(member, brief, depth + 1)}}` : '';
};

const sound = (schema: JsonSchema): JsonSchema => (schema.anyOf ?? []).find(({ type }) => type !== 'null') ?? schema;

/**
 * The brief paths below a key, or below its items where it is a list; undefined where the key itself is brief, with everything below it.
 */
const below = (brief: readonly string[] | undefined, key: string): string[] | undefined => {
  if (brief === undefined || brief.includes(key)) return undefined;
  return brief.flatMap((path) => {
    const [own, ...deeper] = path.split('.');
    return own === key ? [(deeper[0] === '*' ? deeper.slice(1) : deeper).join('.')] : [];
  });
};
