/** One command line for a POSIX shell that gives these words back exactly: no option for the shell itself, no assignment, no expansion. */
export const shellWords = (words: readonly string[]): string =>
  words.map((word, index) => (index === 0 && word.startsWith('-') ? quoted(word) : isPlain(word) ? word : quoted(word))).join(' ');

const isPlain = (word: string): boolean => /^[A-Za-z0-9_@%+:,./-]+$/.test(word);

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
