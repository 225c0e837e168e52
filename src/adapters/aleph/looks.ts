import { frozen } from '../../domain/stored/frozen.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/network/cloud.ts';
import { interrupted } from './http/http.ts';

/** How old the answer to another call may be, ms, by the machine's time and by the network's. */
const momentMs = 1000;

type Warn = (code: string, message: string) => void;

/** A call that only looks. */
export interface Looking {
  /** Goes by itself: who waits by it waits for nobody who joins. */
  clock: Pick<Clock, 'now'>;
  /** What was read before this counts for nothing (`performance.now`): the caller has changed something since. */
  notBefore: number;
  warn: Warn;
  /** Ends the call, and nothing that others wait for, too. */
  signal: AbortSignal;
  /** The end of the call. */
  over: AbortSignal;
  /** Opens the network, for this call or for all who join it. */
  open(as: { warn: Warn; over: AbortSignal; signal?: AbortSignal }): Cloud;
}

interface Asked {
  at: Moment;
  answer: Promise<unknown>;
}

interface Look {
  at: Moment;
  cloud: Cloud;
  asked: Map<string, Asked>;
  /** What was told of it, for those who join later. */
  told: Parameters<Warn>[];
  hear: Set<Warn>;
  ended: AbortController;
}

interface Moment {
  real: number;
  network: number;
}

const momentOf = ({ now }: Looking['clock']): Moment => ({ real: performance.now(), network: now() });

const isNow = (at: Moment, { real, network }: Moment): boolean =>
  real - at.real < momentMs && network >= at.network && network - at.network < momentMs;

/** What is asked alike by whoever looks at an account. What is asked of one VM, node or order is its asker's own, and so is what is told of it. */
const alike = {
  accounts: ['balance', 'burn', 'removing', 'expenses', 'movements', 'transfers', 'journal', 'security', 'grantsShown'],
  messages: ['listSentBy', 'goneSentBy', 'images'],
  nodes: ['schedulerNodes', 'minimumNodeVersion'],
  prices: ['table', 'gpuDevices'],
} as const satisfies { [Subject in 'accounts' | 'messages' | 'nodes' | 'prices']: readonly (keyof Cloud[Subject])[] };

/** The answer, or the end of whoever waits for it. */
const orEnded = <Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const end = (): void => reject(interrupted(signal));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });

/**
 * Looks at the network that calls of the same moment share: what one of them has asked of an account within the last second, or still waits for since
 * then, the others do not ask again. `join` gives the network to one call; `whose` says whose figures it looks at, so that nobody hears what is told of another
 * account. Nothing that spends may be judged by it: `since` says how old its answers may be.
 */
export const openLooks = (): { join(whose: string, looking: Looking): Cloud } => {
  const newest = new Map<string, Look>();

  const left = (whose: string, look: Look): void => {
    if (look.hear.size === 0 && newest.get(whose) !== look) look.ended.abort('over');
  };

  const begin = (whose: string, { clock, open }: Looking): Look => {
    const told: Look['told'] = [];
    const hear: Look['hear'] = new Set();
    const ended = new AbortController();
    const warn: Warn = (...words) => {
      told.push(words);
      for (const one of hear) one(...words);
    };
    const look: Look = { at: momentOf(clock), cloud: open({ warn, over: ended.signal }), asked: new Map(), told, hear, ended };
    const before = newest.get(whose);
    newest.set(whose, look);
    if (before !== undefined) left(whose, before);
    return look;
  };

  return {
    join(whose, looking) {
      const { clock, notBefore, warn, signal, over } = looking;
      const current = newest.get(whose);
      const isGood = current !== undefined && current.at.real >= notBefore && isNow(current.at, momentOf(clock));
      const look = isGood ? current : begin(whose, looking);
      const { cloud, asked, told, hear } = look;
      for (const words of told) warn(...words);
      // each call has a place of its own among those who hear
      const heard: Warn = (...words) => warn(...words);
      hear.add(heard);
      over.addEventListener('abort', () => {
        hear.delete(heard);
        left(whose, look);
      });

      const ask = (question: string, make: () => Promise<unknown>): Promise<unknown> => {
        const at = momentOf(clock);
        const known = asked.get(question);
        if (known !== undefined && isNow(known.at, at)) return known.answer;
        const answer = make().then(frozen);
        asked.set(question, { at, answer });
        // a failure is for those who waited for it
        answer.catch(() => {
          if (asked.get(question)?.answer === answer) asked.delete(question);
        });
        return answer;
      };

      const own = looking.open({ warn, over, signal });
      const shared = <Subject extends keyof typeof alike>(subject: Subject): Cloud[Subject] => {
        const asker = cloud[subject] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
        const members = alike[subject].map((name) => {
          const askAlike = (...given: unknown[]): Promise<unknown> =>
            orEnded(
              ask(`${subject} ${name} ${JSON.stringify(given)}`, () => asker[name]!(...given)),
              signal,
            );
          return [name, askAlike];
        });
        return { ...own[subject], ...Object.fromEntries(members) };
      };

      return {
        ...own,
        since: () => Math.max(look.at.network, clock.now() - momentMs),
        accounts: shared('accounts'),
        messages: shared('messages'),
        nodes: shared('nodes'),
        prices: shared('prices'),
      };
    },
  };
};
