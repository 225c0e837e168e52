import type { Described } from '../../../contract/declare/describe.ts';
import { shellWord } from '../../../domain/text/shell-word.ts';

/** The command line that gives these inputs, ready to be copied into a shell. */
export const typedLine = ({ name, inputs }: Described, given: Readonly<Record<string, unknown>>): string =>
  [
    `aleph-agent ${name}`,
    ...inputs.flatMap(({ key, flag, position, type, many }) => {
      const value = given[key];
      if (value === undefined) return [];
      const values = many && Array.isArray(value) ? value : [value];
      if (type === 'boolean') return values.map((one) => (one === true ? `--${flag}` : `--no-${flag}`));
      return values.map((one) => (position === null ? `--${flag} ${shellWord(String(one))}` : shellWord(String(one))));
    }),
  ].join(' ');
