import type { JsonSchema } from './json-schema.ts';

/** Every path of an output schema (`items.*.name`, `ssh.host`), in the schema's order; `*` stands for each item. */
export const outputPaths = (schema: JsonSchema): string[] => [...new Set(walk(schema, '', schema.$defs ?? {}, 0))];

const walk = (schema: JsonSchema, path: string, definitions: Record<string, JsonSchema>, depth: number): string[] => {
  if (depth > 12) return [];
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (schema.$ref !== undefined) return walk(definitions[schema.$ref.split('/').at(-1) ?? ''] ?? {}, path, definitions, depth + 1);
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [
    ...alternatives.flatMap((alternative) => walk(alternative, path, definitions, depth + 1)),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, member]) => [
      below(key),
      ...walk(member, below(key), definitions, depth + 1),
    ]),
    ...(schema.items === undefined ? [] : walk(schema.items, below('*'), definitions, depth + 1)),
    ...(typeof schema.additionalProperties === 'object'
      ? [below('*'), ...walk(schema.additionalProperties, below('*'), definitions, depth + 1)]
      : []),
  ];
};
