import type { Described } from '../../contract/describe.ts';
import { valueWord, whatItDoes } from '../../contract/flag-words.ts';
import type { InputField } from '../../contract/input-fields.ts';

/** One command in a few lines: how to type it, what it takes, gives and fails with. Where it spends, what each flag means.
 * `output`: the outline of what it gives. */
export const commandSection = (command: Described, output: string): string => {
  const typed = [command.name, ...command.inputs.filter(({ position }) => position !== null).map(place)].join(' ');
  const flags = command.inputs.filter(({ position }) => position === null).map((field) => flag(field, command.safety === 'spend'));
  const facts: [string, string][] = [
    ['In', [...flags, ...(command.dryRun ? ['--dry-run'] : [])].join('; ')],
    ['Out', output],
    ['Fails', shortened(command.failures).join(' ')],
  ];
  return [
    `### ${typed}`,
    `${command.summary} (${command.safety}).`,
    ...facts.filter(([, text]) => text !== '').map(([label, text]) => `${label}: ${text}`),
    ...command.examples.slice(0, 1).map(({ line }) => `\`aleph-agent ${line}\``),
  ].join('\n');
};

/** What every command that takes a VM's name can end with; a word for them is a twentieth of the profile. */
export const noSuchVm = { word: 'VM?', codes: ['VM_NOT_FOUND', 'AMBIGUOUS_ID'] };

const shortened = (failures: readonly string[]): string[] =>
  noSuchVm.codes.every((code) => failures.includes(code))
    ? [noSuchVm.word, ...failures.filter((code) => !noSuchVm.codes.includes(code))]
    : [...failures];

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
