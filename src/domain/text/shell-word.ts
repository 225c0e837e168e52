const plain = /^[\w./:@%+=,-]+$/;

/** A word for a shell, quoted where the shell would otherwise interpret it. */
export const shellWord = (word: string): string => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
