import type { Described } from '../../contract/declare/describe.ts';
import { valueWord, whatItDoes } from '../../contract/declare/flag-words.ts';
import type { InputField } from '../../contract/declare/input-fields.ts';

/** A command in full: how to type it, what each input means, its output (`output`: the outline of it), an example with flags. */
export const commandSection = (command: Described, output: string): string => {
  const inputs = command.inputs.map((field) => (field.position === null ? flagLine(field) : placeLine(field)));
  const [example] = command.examples.filter(({ line }) => line.includes(' -'));
  return [
    `### ${heading(command)}`,
    `${command.summary} (${command.safety}).`,
    ...inputs.filter((line) => line !== null),
    ...(command.dryRun ? ['- --dry-run: Show the plan and change nothing'] : []),
    ...(output === '' ? [] : [`Out: ${output}`]),
    ...(example === undefined ? [] : [`\`aleph-agent ${example.line}\``]),
  ].join('\n');
};

/** A command in one line, for readers who will not call it. */
export const commandLine = (command: Described): string => `- \`${heading(command)}\`: ${command.summary}`;

const heading = ({ name, inputs }: Described): string => [name, ...inputs.filter(({ position }) => position !== null).map(place)].join(' ');

const place = (field: InputField): string => (field.required ? placeWord(field) : `[${placeWord(field)}]`);

const placeWord = ({ flag, many }: InputField): string => flag.toUpperCase() + (many ? '...' : '');

/** What a positional takes, where its name alone does not say it. */
const placeLine = (field: InputField): string | null => (field.description === '' ? null : `- ${placeWord(field)}: ${field.description}`);

const flagLine = (field: InputField): string => {
  const meaning = whatItDoes(field) === '' ? '' : `: ${whatItDoes(field)}`;
  if (field.type === 'boolean') return `- --${field.default === true ? 'no-' : ''}${field.flag}${meaning}`;
  const empty = field.default === null || (Array.isArray(field.default) && field.default.length === 0);
  const usual = empty ? '' : `=${field.default}`;
  return `- --${field.flag} ${valueWord(field)}${usual}${field.required ? ' (required)' : ''}${meaning}`;
};
