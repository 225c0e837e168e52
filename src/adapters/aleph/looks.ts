import { setMaxListeners } from 'node:events';
import { frozen } from '../../domain/stored/frozen.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/network/cloud.ts';
import { type HostNotes, hostNotes } from './http/ccn-hosts.ts';
import { interrupted } from './http/http.ts';

/** How old the answer to another call may be, ms, by the machine's time and by the network's. */
export const momentMs = 1000;

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
  /** Opens the network, for this call or for one question of all who ask it. */
  open(as: { warn: Warn; over: AbortSignal; signal: AbortSignal; notes?: HostNotes }): Cloud;
}

interface Asked {
  at: Moment;
  answer: Promise<unknown>;
  hearing: Hearing;
}

/** Who hears what is told of a question. It holds no answer, since a call may last for a day. */
interface Hearing {
  question: string;
  isAnswered: boolean;
  /** What was told so far, for those who ask later. */
  told: Parameters<Warn>[];
  hear: Set<Warn>;
  ended: AbortController;
}

interface Look {
  number: number;
  at: Moment;
  notes: HostNotes;
}

interface Moment {
  real: number;
  network: number;
}

const momentOf = ({ now }: Looking['clock']): Moment => ({ real: performance.now(), network: now() });

const isNow = (at: Moment, { real, network }: Moment): boolean =>
  real - at.real < momentMs && network >= at.network && network - at.network < momentMs;

/**
 * What is asked alike by whoever looks at an account. What is asked of one VM, node or order is its asker's own, and so is what is told of
 * it.
 */
const alike = {
  accounts: ['balance', 'surestBalance', 'burn', 'removing', 'expenses', 'movements', 'transfers', 'journal', 'security', 'grantsShown'],
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
 * Looks at the network that calls of the same moment share: what one of them has asked of an account within the last second, or still waits
 * for since then, the others do not ask again. `join` gives the network to one call; `whose` says whose figures it looks at. What is told
 * of a question is heard by those alone who ask it; each question has its places at the hosts to itself, so that nobody's long lists keep
 * others waiting, and ends with the last who waits for it. Nothing that spends may be judged by it: `since` says how old its answers may
 * be.
 */
export const openLooks = (): { join(whose: string, looking: Looking): Cloud } => {
  const newest = new Map<string, Look>();
  /** The questions of all looks, the older ones first. */
  const asked = new Map<string, Asked>();
  let begun = 0;

  const begin = (whose: string, clock: Looking['clock']): Look => {
    begun += 1;
    const look = { number: begun, at: momentOf(clock), notes: hostNotes() };
    newest.set(whose, look);
    return look;
  };

  /** Ends what nobody hears any more, unless it is an answer that whoever comes within the second is given. */
  const endUnheard = (hearing: Hearing): void => {
    if (hearing.hear.size > 0) return;
    const isGiven = asked.get(hearing.question)?.hearing === hearing;
    if (isGiven && hearing.isAnswered) return;
    if (isGiven) asked.delete(hearing.question);
    hearing.ended.abort('over');
  };

  const drop = (question: string): void => {
    const known = asked.get(question);
    asked.delete(question);
    if (known !== undefined) endUnheard(known.hearing);
  };

  /** Lets go of what is never given again: calls that go on for long would keep the large lists of their first moment. */
  const dropOld = ({ real }: Moment): void => {
    for (const [question, { at }] of asked) {
      if (real - at.real < momentMs) return;
      drop(question);
    }
  };

  return {
    join(whose, looking) {
      const { clock, notBefore, warn, signal, over, open } = looking;
      // all questions of a call listen, and that is no leak
      setMaxListeners(0, signal);
      const current = newest.get(whose);
      const isGood = current !== undefined && current.at.real >= notBefore && isNow(current.at, momentOf(clock));
      const look = isGood ? current : begin(whose, clock);
      // each call has a place of its own among those who hear
      const heard: Warn = (...words) => warn(...words);
      const hearings = new Set<Hearing>();
      over.addEventListener('abort', () => {
        for (const hearing of hearings) {
          hearing.hear.delete(heard);
          endUnheard(hearing);
        }
      });

      const hear = (hearing: Hearing): void => {
        if (hearings.has(hearing)) return;
        for (const words of hearing.told) warn(...words);
        hearing.hear.add(heard);
        hearings.add(hearing);
      };

      const askAnew = (question: string, at: Moment, make: (cloud: Cloud) => Promise<unknown>): Asked => {
        dropOld(at);
        drop(question);
        const hearing: Hearing = { question, isAnswered: false, told: [], hear: new Set(), ended: new AbortController() };
        const tell: Warn = (...words) => {
          hearing.told.push(words);
          for (const one of hearing.hear) one(...words);
        };
        const ended = hearing.ended.signal;
        // so do all requests of a question
        setMaxListeners(0, ended);
        const answer = make(open({ warn: tell, over: ended, signal: ended, notes: look.notes })).then(frozen);
        const found = { at, answer, hearing };
        asked.set(question, found);
        const answered = (): void => {
          hearing.isAnswered = true;
        };
        // a failure is for those who waited for it
        const failed = (): void => {
          if (asked.get(question)?.hearing === hearing) drop(question);
        };
        answer.then(answered, failed);
        return found;
      };

      const ask = (question: string, make: (cloud: Cloud) => Promise<unknown>): Promise<unknown> => {
        const at = momentOf(clock);
        const known = asked.get(question);
        const found = known !== undefined && isNow(known.at, at) ? known : askAnew(question, at, make);
        hear(found.hearing);
        return orEnded(found.answer, signal);
      };

      const own = open({ warn, over, signal });
      const shared = <Subject extends keyof typeof alike>(subject: Subject): Cloud[Subject] => {
        const members = alike[subject].map((name) => {
          const askAlike = (...given: unknown[]): Promise<unknown> =>
            ask(`${look.number} ${subject} ${name} ${JSON.stringify(given)}`, (cloud) => {
              const asker = cloud[subject] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
              return asker[name]!(...given);
            });
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
