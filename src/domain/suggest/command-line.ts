import { shellWord } from '../text/shell-word.ts';
import type { CommandGroup, CommandName } from './command-name.ts';
import type { CommonFlags, FlagsOf } from './suggested-flags.ts';

/**
 * A word after a command's name: a text, or flags by their keys. A flag that is `true` is typed alone; one that is `false` is not typed.
 */
export type Word<Name> = string | (CommonFlags & FlagsOf<Name>);

/** A command and its words, in order. */
export type Line<Name> = readonly [name: Name, ...words: readonly Word<Name>[]];

/** A line to be typed into a shell as it stands: `aleph-agent vm extend ci --until 2026-12-01T00:00:00Z`. */
export const commandLine = <Name extends CommandName | CommandGroup>(...[name, ...words]: Line<Name>): string =>
  ['aleph-agent', name, ...words.flatMap((word) => (typeof word === 'string' ? shellWord(word) : Object.entries(word).flatMap(flag)))].join(
    ' ',
  );

/** The command line that shows the help of a command, or of the program for null. For names that are known only when the program runs. */
export const helpLine = (name: string | null): string => (name === null ? 'aleph-agent --help' : `aleph-agent ${name} --help`);

const flag = ([key, value]: [string, string | number | boolean | undefined]): string[] => {
  if (value === undefined || value === false) return [];
  const typed = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return value === true ? [typed] : [typed, shellWord(String(value))];
};
