import type { Described } from '../../../contract/declare/describe.ts';
import type { InputField } from '../../../contract/declare/input-fields.ts';
import { withoutAliases } from '../parse/aliases.ts';
import { globals } from '../parse/globals.ts';

/** What a command line means as far as it was typed. */
export interface LineSoFar {
  /** The nouns before the word that is being typed: `vm port`. */
  group: string;
  command: Described | null;
  /** The flag whose value is being typed. */
  valueOf: string | null;
  /** How many positions of the command are filled. */
  filled: number;
  /** The word that is being typed stands after `--`. */
  beyond: boolean;
  /** Values of the flags typed so far, by name without dashes. */
  given: Record<string, string>;
}

/** Reads the words before the one that is being typed. bash splits `--flag=value` into three words. */
export const lineSoFar = (commands: readonly Described[], words: readonly string[]): LineSoFar => {
  const line: LineSoFar = { group: '', command: null, valueOf: null, filled: 0, beyond: false, given: {} };
  for (const word of words.filter((each) => each !== '=')) {
    if (line.beyond) continue;
    if (line.valueOf !== null) {
      line.given[line.valueOf] = word;
      line.valueOf = null;
    } else if (word === '--') line.beyond = true;
    else if (word.startsWith('-')) takeFlag(line, word);
    else takeWord(line, commands, word);
  }
  return line;
};

const takeFlag = (line: LineSoFar, word: string): void => {
  const [name = '', value] = word.replace(/^-+/, '').split('=', 2);
  if (value !== undefined) line.given[name] = value;
  else if (takesValue(line.command, name)) line.valueOf = name;
};

const takeWord = (line: LineSoFar, commands: readonly Described[], word: string): void => {
  const path = withoutAliases([...line.group.split(' ').filter((noun) => noun !== ''), word]).join(' ');
  const isGroup = commands.some(({ name }) => name.startsWith(`${path} `));
  const named = commands.find(({ name }) => name === path) ?? null;
  if (line.filled === 0 && (isGroup || named !== null)) {
    line.group = path;
    line.command = named;
  } else if (line.command !== null) line.filled += 1;
};

export const flagField = (command: Described | null, name: string): InputField | null =>
  command?.inputs.find((field) => field.position === null && (field.flag === name || field.short === name)) ?? null;

const takesValue = (command: Described | null, name: string): boolean => {
  const field = flagField(command, name);
  if (field !== null) return field.type !== 'boolean';
  return globals.some(({ flags }) => flags.startsWith(`--${name} <`));
};
