/** Other words for a verb (conventions.md §7). */
const aliases: Readonly<Record<string, readonly string[]>> = { ls: ['list'], destroy: ['delete', 'rm'], show: ['get'] };

export const aliasesOf = (verb: string): readonly string[] => aliases[verb] ?? [];

/** The words with every alias replaced by the verb that it stands for. */
export const withoutAliases = (words: readonly string[]): string[] =>
  words.map((word) => Object.entries(aliases).find(([, others]) => others.includes(word))?.[0] ?? word);
