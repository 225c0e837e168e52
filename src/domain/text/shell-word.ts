const plain = /^[\w./:@%+=,-]+$/;

/** A word as one types it into a shell: in quotes where the shell would read more into it. */
export const shellWord = (word: string): string => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
