import type * as z from 'zod';

const MAX_SHOWN = 50;

/** A value as Python prints it. */
const repr = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${repr(key)}: ${repr(item)}`)
    .join(', ')}}`;
};

const shown = (value: unknown): string => {
  const text = repr(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, 25)}...${text.slice(-24)}`;
};

const typeName = (value: unknown): string => {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { boolean: 'bool', string: 'str' }[typeof value as string] ?? 'dict';
};

const at = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input);

/** The problems with an input as the server's model library prints them. */
export const validationText = (model: string, issues: readonly z.core.$ZodIssue[], input: unknown): string => {
  const problems = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const path = [...issue.path, key];
        return { path, text: 'Extra inputs are not permitted', type: 'extra_forbidden', value: at(input, path) };
      });
    }
    const value = at(input, issue.path);
    if (value === undefined)
      return [{ path: issue.path, text: 'Field required', type: 'missing', value: at(input, issue.path.slice(0, -1)) }];
    return [{ path: issue.path, text: issue.message, type: 'value_error', value }];
  });
  const lines = problems.map(
    ({ path, text, type, value }) =>
      `${path.join('.')}\n  ${text} [type=${type}, input_value=${shown(value)}, input_type=${typeName(value)}]\n    For further information visit https://errors.pydantic.dev/2.10/v/${type}`,
  );
  return `${problems.length} validation error${problems.length === 1 ? '' : 's'} for ${model}\n${lines.join('\n')}`;
};
