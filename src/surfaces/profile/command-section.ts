import type { Described } from '../../contract/describe.ts';
import type { InputField } from '../../contract/input-fields.ts';
import type { JsonSchema } from '../../contract/json-schema.ts';

/** One command in a few lines: how to type it, what it takes, gives and fails with. */
export const commandSection = (command: Described & { output: JsonSchema }): string => {
  const typed = [command.name, ...command.inputs.filter(({ position }) => position !== null).map(place)].join(' ');
  const flags = command.inputs.filter(({ position }) => position === null).map(flag);
  const facts: [string, string][] = [
    ['In', [...flags, ...(command.dryRun ? ['--dry-run'] : [])].join('; ')],
    ['Out', outline(command.output)],
    ['Fails', command.failures.join(' ')],
  ];
  return [
    `### ${typed}`,
    `${command.summary} (${command.safety}).`,
    ...facts.filter(([, text]) => text !== '').map(([label, text]) => `${label}: ${text}`),
    ...command.examples.slice(0, 1).map(({ line }) => `\`aleph-agent ${line}\``),
  ].join('\n');
};

const place = ({ flag, many, required }: InputField): string => {
  const word = flag.toUpperCase() + (many ? '...' : '');
  return required ? word : `[${word}]`;
};

const flag = (field: InputField): string => {
  if (field.type === 'boolean') return `--${field.default === true ? 'no-' : ''}${field.flag}`;
  const value = field.choices?.join('|') ?? (field.type === 'string' ? field.flag.split('-').at(-1)?.toUpperCase() : 'N');
  const empty = field.default === null || (Array.isArray(field.default) && field.default.length === 0);
  return `--${field.flag} ${value}${empty ? '' : `=${field.default}`}${field.required ? ' (required)' : ''}`;
};

/** The keys of an output, two levels deep: `items[id name ssh{host port}] count`. */
const outline = (schema: JsonSchema, depth = 0): string => {
  const plain = (schema.anyOf ?? []).find(({ type }) => type !== 'null') ?? schema;
  return Object.entries(plain.properties ?? {})
    .map(([key, member]) => {
      const inner = (member.anyOf ?? []).find(({ type }) => type !== 'null') ?? member;
      if (depth < 2 && inner.items?.properties !== undefined) return `${key}[${outline(inner.items, depth + 1)}]`;
      if (depth < 1 && inner.properties !== undefined && Object.keys(inner.properties).length > 0)
        return `${key}{${outline(inner, depth + 1)}}`;
      return key;
    })
    .join(' ');
};
