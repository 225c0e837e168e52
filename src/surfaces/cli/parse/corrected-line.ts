import { shellWord } from '../../../domain/text/shell-word.ts';
import { cleanUntrusted } from '../../../domain/text/untrusted.ts';
import { hideKeys } from '../../hide-keys.ts';

/**
 * The command line with the right words in the place of the wrong ones, `{ '3': '3h' }`; null where a word does not stand there, or where
 * it stands there more than once, so that another one might be meant, or the line holds a URL, which may have a password in it, what looks
 * like a private key, or what no terminal should show.
 */
export const correctedLine = (argv: readonly string[], corrected: unknown): string | null => {
  if (typeof corrected !== 'object' || corrected === null || argv.some((word) => word.includes('://'))) return null;
  const words = [...argv];
  for (const [given, right] of Object.entries(corrected)) {
    if (typeof right !== 'string') return null;
    const isGiven = (word: string): boolean => word === given || word.startsWith(`${given}=`) || word.endsWith(`=${given}`);
    const place = words.findIndex(isGiven);
    if (place < 0 || words.filter(isGiven).length > 1) return null;
    const word = words[place]!;
    words[place] = word.startsWith(given) ? `${right}${word.slice(given.length)}` : `${word.slice(0, -given.length)}${right}`;
  }
  const line = ['aleph-agent', ...words.map(shellWord)].join(' ');
  return hideKeys(line) === line && cleanUntrusted(line) === line ? line : null;
};
