import type { Clock } from '../../../ports/clock.ts';
import type { CcnHosts } from './ccn-hosts.ts';

/**
 * How far the local clock is from each host's `Date` header, ms (local − theirs). The header has whole seconds, so its middle
 * is taken; hosts without an answer or a date are left out.
 */
export const clockSkew = async (ccn: CcnHosts, clock: Clock): Promise<{ host: string; skewMs: number }[]> => {
  const one = async (host: string) => {
    const url = `${host}/api/v0/version`;
    let before = clock.now();
    let answer = await ccn.ask(url, { timeoutMs: 10_000 });
    if (!answer.answered && (answer.why === 'unreachable' || answer.why === 'unconnected')) {
      // A connection kept alive goes stale while a key is unlocked; that is no word about the host's clock.
      before = clock.now();
      answer = await ccn.ask(url, { timeoutMs: 10_000 });
    }
    const after = clock.now();
    const theirs = answer.answered ? Date.parse(answer.headers.get('date') ?? '') : Number.NaN;
    return Number.isFinite(theirs) ? { host, skewMs: Math.round((before + after) / 2 - (theirs + 500)) } : null;
  };
  return (await Promise.all(ccn.hosts.map(one))).filter((skew) => skew !== null);
};
