import { withoutAliases } from './aliases.ts';

/** Texts that the build wrote: by command or noun, '' for the program's own. */
export interface WrittenHelp {
  version: string;
  texts: Readonly<Record<string, string>>;
}

/**
 * The answer to `--version` and `… --help` in text mode, without a parser. null for everything else, and for what is not plainly that:
 * the real command line answers then, with the same words.
 */
export const quickAnswer = (argv: readonly string[], outputMode: string | undefined, written: () => WrittenHelp | null): string | null => {
  if (outputMode !== undefined && outputMode !== '' && outputMode !== 'text') return null;
  const [last = '--help'] = argv.slice(-1);
  const words = argv.slice(0, -1);
  const version = ['--version', '-V'].includes(last) && words.length === 0;
  if (!version && !(['--help', '-h'].includes(last) && words.every((word) => !word.startsWith('-')))) return null;
  const found = written();
  if (found === null) return null;
  return version ? `${found.version}\n` : (found.texts[words.join(' ')] ?? found.texts[withoutAliases(words).join(' ')] ?? null);
};
