import { withoutAliases } from './aliases.ts';
import { asFlags } from './asked-for-help.ts';

/** Help texts that the build wrote, by command or noun; '' for the program's own. */
export interface WrittenHelp {
  version: string;
  texts: Readonly<Record<string, string>>;
  /** Those among them that are others where the home has joined a safe: they leave out what an agent may not call. */
  joined: Readonly<Record<string, string>>;
}

interface QuickAnswer {
  text: string;
  /** The answer where the home has joined a safe; null where it is the same. */
  joined: string | null;
}

/**
 * The answer to `--version` and `… --help`, and to `version` and `help …`, in text mode, without building a parser. null for any other
 * line, and where in doubt: the real parser then gives the same answer.
 */
export const quickAnswer = (
  argv: readonly string[],
  outputMode: string | undefined,
  written: () => WrittenHelp | null,
): QuickAnswer | null => {
  if (outputMode !== undefined && outputMode !== '' && outputMode !== 'text') return null;
  const line = asFlags(argv);
  const [last = '--help'] = line.slice(-1);
  const words = line.slice(0, -1);
  const version = ['--version', '-V'].includes(last) && words.length === 0;
  if (!version && !(['--help', '-h'].includes(last) && words.every((word) => !word.startsWith('-')))) return null;
  const found = written();
  if (found === null) return null;
  if (version) return { text: `${found.version}\n`, joined: null };
  const name = [words.join(' '), withoutAliases(words).join(' ')].find((each) => Object.hasOwn(found.texts, each));
  if (name === undefined) return null;
  return { text: found.texts[name]!, joined: Object.hasOwn(found.joined, name) ? found.joined[name]! : null };
};
