import type { Described } from '../../../contract/declare/describe.ts';
import { editDistance } from '../../../domain/text/edit-distance.ts';
import { nearest } from '../../../domain/text/nearest.ts';
import { synonyms } from '../../../domain/text/synonyms.ts';

/**
 * At most three commands of a group ('' for the program) that these words may mean, likeliest first: by meaning, then by spelling. A word
 * that means reading never suggests a command that changes something, and a command that destroys is suggested only if its verb was almost
 * typed.
 */
export const nearestCommands = (commands: readonly Described[], group: string, words: readonly string[]): string[] => {
  const typed = [...group.split(' '), ...words].filter((word) => word !== '');
  const meant = byMeaning(commands, group, typed);
  const rest = commands.filter(({ name, safety }) => {
    if (meant?.safety === 'read') return safety === 'read';
    return safety !== 'destroy' || words.some((word) => editDistance(word, verbOf(name)) <= 2);
  });
  const spelt = nearest(
    typed.join(' '),
    rest.map(({ name }) => name),
  );
  return [...new Set([...(meant === null ? [] : [meant.name]), ...spelt])].slice(0, 3);
};

/** The command of the group whose verb is meant; of several, the first with the fewest words that were not typed. */
const byMeaning = (commands: readonly Described[], group: string, typed: readonly string[]): Described | null => {
  const typedOrMeant = typed.flatMap(synonyms);
  const untyped = ({ name }: Described): number => name.split(' ').filter((word) => !typedOrMeant.includes(word)).length;
  const verbs = typed.slice(group === '' ? 0 : group.split(' ').length).flatMap(synonyms);
  const fitting = commands.filter(({ name }) => (group === '' || name.startsWith(`${group} `)) && verbs.includes(verbOf(name)));
  return fitting.sort((a, b) => untyped(a) - untyped(b))[0] ?? null;
};

const verbOf = (name: string): string => name.split(' ').at(-1) ?? name;
