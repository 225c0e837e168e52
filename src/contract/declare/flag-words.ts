import type { InputField } from './input-fields.ts';

/** The placeholder for a flag's value in help and profile: `SIZE`, `fail|return`, `FILE`. */
export const valueWord = ({ choices, unit, type, flag }: InputField): string =>
  choices?.join('|') ?? unit ?? (type === 'string' ? (flag.split('-').at(-1)?.toUpperCase() ?? '') : 'N');

/** What typing the flag does. A flag that is on by default is typed to turn it off, `--no-wait`. */
export const whatItDoes = ({ type, default: usual, description }: InputField): string =>
  type === 'boolean' && usual === true ? `Do not ${description.charAt(0).toLowerCase()}${description.slice(1)}` : description;
