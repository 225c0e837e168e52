import type { Clock } from '../../../ports/clock.ts';
import type { CcnHosts } from './ccn-hosts.ts';
import { wordsOfAll } from './words-of-all.ts';

/**
 * How far the local clock is from each host's `Date` header, ms (local − theirs). The header has whole seconds, so its middle
 * is taken; hosts without an answer or a date are left out.
 */
export const clockSkew = async (ccn: CcnHosts, clock: Clock): Promise<{ host: string; skewMs: number }[]> => {
  const skewAt = async (host: string, signal: AbortSignal): Promise<number | null> => {
    const url = `${host}/api/v0/version`;
    const question = { timeoutMs: 10_000, signal };
    let before = clock.now();
    let answer = await ccn.ask(url, question);
    if (!answer.answered && (answer.why === 'unreachable' || answer.why === 'unconnected')) {
      // A connection kept alive goes stale while a key is unlocked; that is no word about the host's clock.
      before = clock.now();
      answer = await ccn.ask(url, question);
    }
    const after = clock.now();
    const theirs = answer.answered ? Date.parse(answer.headers.get('date') ?? '') : Number.NaN;
    return Number.isFinite(theirs) ? Math.round((before + after) / 2 - (theirs + 500)) : null;
  };
  // hosts tell whole seconds, and to the minute they say the same
  const minutes = (skewMs: number): string => String(Math.round(skewMs / 60_000));
  const words = await wordsOfAll<number>(ccn, {
    about: 'the time',
    read: skewAt,
    print: minutes,
    says: (skewMs) => `${Math.round(-skewMs / 1000)} s ahead of this machine`,
  });
  return words.flatMap(({ host, word: skewMs }) => (skewMs === null ? [] : [{ host, skewMs }]));
};
