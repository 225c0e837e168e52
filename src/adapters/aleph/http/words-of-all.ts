import type { CcnHosts } from './ccn-hosts.ts';
import { contradiction, type Told } from './contradiction.ts';
import { longestPatienceMs, slowAfterMs } from './slow-after.ts';

interface Question<Word> extends Told<Word> {
  /** One host's word; null: it has none. The signal ends the reading where nobody waits for it and the call is over. */
  read(host: string, signal: AbortSignal): Promise<Word | null>;
}

export interface HostWord<Word> {
  host: string;
  /** null: it has none, or nobody waited for it. */
  word: Word | null;
}

/**
 * Every host's word, in configured order; null where it has none. All are asked at once and heard, as what a single one has may count. Only the
 * last one is not waited for once it is slower by far than the first, where all others, two at least, say the same: what any two hosts have, one of
 * those others has. It counts as silent then, and is read on until the call ends or posts something; what contradicts is told.
 */
export const wordsOfAll = async <Word>(ccn: CcnHosts, question: Question<Word>): Promise<HostWord<Word>[]> => {
  const { hosts, patience } = ccn;
  const askedAt = patience.now();
  const words = new Map<string, Word | null>();
  const readings = new Map<string, { reading: AbortController; done: Promise<void> }>();
  let soonestMs: number | null = null;

  /** What every host but one says alike; null where more are awaited, or they differ. */
  const wordOfOthers = (): Word | null => {
    const [first = null, ...more] = words.values();
    if (first === null || words.size < 2 || words.size !== hosts.length - 1) return null;
    const mark = question.print(first);
    return more.every((word) => word !== null && question.print(word) === mark) ? first : null;
  };

  const contradicts = (host: string, late: Word | null, settled: Word): void => {
    if (late === null || question.print(late) === question.print(settled)) return;
    const by = hosts.filter((other) => other !== host);
    ccn.contradicted(contradiction(question.about, { host, says: question.says(late) }, { by, says: question.says(settled) }));
  };

  await new Promise<void>((resolve, reject) => {
    let settled: { word: Word } | null = null;
    let stopWaiting = (): void => {};
    const settle = (last: string, word: Word): void => {
      settled = { word };
      const { reading, done } = readings.get(last)!;
      ccn.readOn(reading, done, true);
      resolve();
    };
    const look = (): void => {
      stopWaiting();
      const last = hosts.find((host) => !words.has(host));
      const others = wordOfOthers();
      if (last === undefined) resolve();
      else if (others !== null && ccn.isSlow(last)) settle(last, others);
      else if (others !== null) {
        const left = askedAt + slowAfterMs(soonestMs) - patience.now();
        stopWaiting = patience.after(Math.min(longestPatienceMs, Math.max(0, left)), () => {
          ccn.passOver(last);
          settle(last, others);
        });
      }
    };
    const heard = (host: string, word: Word | null): void => {
      if (settled !== null) {
        contradicts(host, word, settled.word);
        return;
      }
      soonestMs ??= patience.now() - askedAt;
      words.set(host, word);
      look();
    };
    for (const host of hosts) {
      const reading = new AbortController();
      const done = question
        .read(host, reading.signal)
        .then((word) => heard(host, word))
        .catch(reject);
      readings.set(host, { reading, done });
    }
  });
  return hosts.map((host) => ({ host, word: words.get(host) ?? null }));
};
