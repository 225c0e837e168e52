import type { Described } from '../../contract/declare/describe.ts';
import { valueWord, whatItDoes } from '../../contract/declare/flag-words.ts';
import type { InputField } from '../../contract/declare/input-fields.ts';

/**
 * One command in a few lines: how to type it, what it takes and gives; an example where it shows more than the heading does. Where it
 * spends, what each flag means. `output`: the outline of what it gives.
 */
export const commandSection = (command: Described, output: string): string => {
  const places = command.inputs.filter(({ position }) => position !== null).map(place);
  const explained = command.safety === 'spend';
  const flags = command.inputs.filter(({ position }) => position === null).map((field) => flag(field, explained));
  const all = [...flags, ...(command.dryRun ? ['--dry-run'] : [])];
  const [example] = command.examples.filter(({ line }) => line.includes(' -'));
  return [
    `### ${[command.name, ...places, ...(explained ? [] : all)].join(' ')}`,
    `${command.summary} (${command.safety}).`,
    ...(explained ? [`In: ${all.join('; ')}`] : []),
    ...(output === '' ? [] : [`Out: ${output}`]),
    ...(example === undefined ? [] : [`\`aleph-agent ${example.line}\``]),
  ].join('\n');
};

const place = ({ flag, many, required }: InputField): string => {
  const word = flag.toUpperCase() + (many ? '...' : '');
  return required ? word : `[${word}]`;
};

const flag = (field: InputField, explained: boolean): string => {
  const meaning = explained && whatItDoes(field) !== '' ? ` (${whatItDoes(field)})` : '';
  if (field.type === 'boolean') return `--${field.default === true ? 'no-' : ''}${field.flag}${meaning}`;
  const empty = field.default === null || (Array.isArray(field.default) && field.default.length === 0);
  const usual = empty ? '' : `=${field.default}`;
  return `--${field.flag} ${valueWord(field)}${usual}${field.required ? ' (required)' : ''}${meaning}`;
};
