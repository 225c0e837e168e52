import type { Described } from '../../contract/describe.ts';
import { valueWord, whatItDoes } from '../../contract/flag-words.ts';
import type { InputField } from '../../contract/input-fields.ts';

interface Words {
  /** The outline of what it gives. */
  output: string;
  /** Its codes. */
  failures: string;
  /** Flags with their meaning as earlier commands have them: nothing is explained twice. */
  explained: ReadonlySet<string>;
}

/** One command in a few lines: how to type it, what it takes, gives and fails with. Where it spends, what each flag means. */
export const commandSection = (command: Described, { output, failures, explained }: Words): string => {
  const typed = [command.name, ...command.inputs.filter(({ position }) => position !== null).map(place)].join(' ');
  const flags = command.inputs
    .filter(({ position }) => position === null)
    .map((field) => {
      const whole = flag(field, command.safety === 'spend');
      return explained.has(whole) ? flag(field, false) : whole;
    });
  const facts: [string, string][] = [
    ['In', [...flags, ...(command.dryRun ? ['--dry-run'] : [])].join('; ')],
    ['Out', output],
    ['Fails', failures],
  ];
  return [
    `### ${typed}`,
    `${command.summary} (${command.safety}).`,
    ...facts.filter(([, text]) => text !== '').map(([label, text]) => `${label}: ${text}`),
    ...command.examples.slice(0, 1).map(({ line }) => `\`aleph-agent ${line}\``),
  ].join('\n');
};

/** The flags of a command that spends, each with what it means. */
export const explainedFlags = ({ inputs, safety }: Described): string[] =>
  safety === 'spend' ? inputs.filter(({ position }) => position === null).map((field) => flag(field, true)) : [];

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
