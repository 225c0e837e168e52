import type { JsonSchema } from '../../contract/json-schema.ts';

interface Word {
  word: string;
  keys: readonly string[];
}

/** Keys that stand together in many outputs: a word for the usual ones, one for those of the rest that are not named before. */
export interface Shorthand {
  usual: Word;
  rest: Word;
}

/**
 * The keys of an output, three levels deep, those of the usual answer first, then those that `--full` adds:
 * `items[id name; --full: image] count`. `brief`: the paths of the usual answer; undefined for all.
 */
export const outline = (schema: JsonSchema, brief: readonly string[] | undefined, shorthand: Shorthand): string =>
  keysOf(schema, brief, shorthand, 0);

const keysOf = (schema: JsonSchema, brief: readonly string[] | undefined, shorthand: Shorthand, depth: number): string => {
  const members = Object.entries(sound(schema).properties ?? {});
  const shown = (key: string): boolean => brief === undefined || brief.some((path) => path.split('.')[0] === key);
  const first = members.filter(([key]) => shown(key));
  const known = shorthand.usual.keys.every((key) => first.some(([own]) => own === key)) ? shorthand.usual : { word: '', keys: [] };
  const usual = first
    .filter(([key]) => !known.keys.includes(key))
    .map(([key, member]) => key + inside(member, below(brief, key), shorthand, depth));
  const rest = members.filter(([key]) => !shown(key));
  const folded = rest.length > 0 && shorthand.rest.keys.every((key) => members.some(([own]) => own === key));
  const left = rest.filter(([key]) => !(folded && shorthand.rest.keys.includes(key)));
  const more = [
    ...(folded ? [shorthand.rest.word] : []),
    ...left.map(([key, member]) => key + inside(member, undefined, shorthand, depth)),
  ];
  return [
    [...(known.word === '' ? [] : [known.word]), ...usual].join(' '),
    ...(more.length === 0 ? [] : [`--full: ${more.join(' ')}`]),
  ].join('; ');
};

const inside = (member: JsonSchema, brief: readonly string[] | undefined, shorthand: Shorthand, depth: number): string => {
  const { items, properties } = sound(member);
  if (depth < 2 && items?.properties !== undefined) return `[${keysOf(items, brief, shorthand, depth + 1)}]`;
  const keys = Object.keys(properties ?? {});
  return depth < 1 && keys.length > 0 ? `{${keysOf(member, brief, shorthand, depth + 1)}}` : '';
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
