import type { CcnHosts } from './ccn-hosts.ts';
import { contradiction, type Told } from './contradiction.ts';
import { longestPatienceMs, slowAfterMs } from './slow-after.ts';

export interface Figure<Value> extends Told<Value> {
  /** One host's word. null: it was waited for, and has none. The signal ends the reading where nobody waits for it and the call is over. */
  read(host: string, signal: AbortSignal): Promise<Value | null>;
  /** Whose word counts: that of two hosts alike; or also that of one, where every host before it was heard and has none. */
  enough: 'two' | 'the first';
  /** The hosts to ask, the first ones first; all when absent. */
  hosts?: readonly string[];
  /** No host is passed over before this, ms: more where answers are large. */
  leastMs?: number;
}

/** `open` only once every host was heard: no host that was not waited for is ever counted as one without a word. */
export type Agreement<Value> = { kind: 'settled'; value: Value } | { kind: 'open'; answered: number };

/** Where a host stands. Whoever is passed over has said nothing yet, which is no word: the only words are `value` and `nothing`. */
type Standing<Value> = { kind: 'awaited' } | { kind: 'passed over' } | { kind: 'nothing' } | { kind: 'value'; value: Value; mark: string };

type Word<Value> = Extract<Standing<Value>, { kind: 'value' }>;

/**
 * The value of a figure by the hosts' words. Two hosts are asked at once (one, where its word is enough), further ones only while that does
 * not settle it: answers may be several MB. Who is slower by far than others is passed over, where two others are left: the next host is
 * asked, one at a time, and while it has said nothing only two that agree settle the matter. It is read on while the call lives, and what
 * contradicts is told.
 */
export const agreeing = async <Value>(ccn: CcnHosts, figure: Figure<Value>): Promise<Agreement<Value>> => {
  const { patience } = ccn;
  const order = figure.hosts ?? ccn.inOrder();
  const [first] = order;
  const queue = ccn.slowLast(order);
  const width = figure.enough === 'the first' && queue[0] === first ? 1 : 2;
  const standings = new Map<string, Standing<Value>>();
  const readings = new Map<string, { reading: AbortController; done: Promise<void> }>();
  let settled: { mark: string; says: string; by: string[] } | null = null;
  let soonestMs: number | null = null;
  let lastAskedAt = patience.now();
  let wake = (): void => {};
  let failure: { thrown: unknown } | null = null;

  const contradicts = (host: string, word: Word<Value>): void => {
    if (settled === null || word.mark === settled.mark) return;
    ccn.contradicted(contradiction(figure.about, { host, says: figure.says(word.value) }, settled));
  };

  const ask = (host: string): void => {
    const askedAt = patience.now();
    lastAskedAt = askedAt;
    const reading = new AbortController();
    standings.set(host, { kind: 'awaited' });
    const heard = (value: Value | null): void => {
      const standing: Standing<Value> = value === null ? { kind: 'nothing' } : { kind: 'value', value, mark: figure.print(value) };
      standings.set(host, standing);
      readings.delete(host);
      if (standing.kind !== 'value') return;
      soonestMs ??= patience.now() - askedAt;
      contradicts(host, standing);
    };
    const failed = (thrown: unknown): void => {
      failure ??= { thrown };
    };
    const done = figure
      .read(host, reading.signal)
      .then(heard)
      .catch(failed)
      .then(() => wake());
    readings.set(host, { reading, done });
  };

  /** Resolves with the next word, or once patience with those that are awaited is over, where there is a further host. */
  const nextWord = (isPatient: boolean): Promise<'word' | 'impatient'> =>
    new Promise((resolve) => {
      const left = lastAskedAt + slowAfterMs(soonestMs, figure.leastMs) - patience.now();
      const stop = isPatient ? () => {} : patience.after(Math.min(longestPatienceMs, Math.max(0, left)), () => resolve('impatient'));
      wake = () => {
        stop();
        resolve('word');
      };
    });

  for (;;) {
    if (failure !== null) throw (failure as { thrown: unknown }).thrown;
    const found = settle(order, standings, figure.enough);
    if (found !== null) {
      wake = () => {};
      const words = [...standings].flatMap(([host, word]) => (word.kind === 'value' ? [{ host, word }] : []));
      const by = words.filter(({ word }) => word.mark === found.mark).map(({ host }) => host);
      settled = { mark: found.mark, says: figure.says(found.value), by };
      for (const { host, word } of words) contradicts(host, word);
      for (const { reading, done } of readings.values()) ccn.readOn(reading, done);
      return { kind: 'settled', value: found.value };
    }
    const next = queue[standings.size];
    const hostsAt = (at: Standing<Value>['kind']): string[] => [...standings].flatMap(([host, { kind }]) => (kind === at ? [host] : []));
    const awaited = hostsAt('awaited');
    const passedOver = hostsAt('passed over');
    const isTooFew = passedOver.length === 0 && awaited.length + mostAlike(standings) < width;
    if (next !== undefined && (awaited.length === 0 || isTooFew)) {
      ask(next);
      continue;
    }
    if (awaited.length + passedOver.length === 0) return { kind: 'open', answered: hostsAt('value').length };
    if ((await nextWord(next === undefined || order.length < 3)) === 'word') continue;
    for (const host of awaited) {
      standings.set(host, { kind: 'passed over' });
      ccn.passOver(host);
    }
  }
};

const marksIn = (standings: ReadonlyMap<string, Standing<unknown>>): string[] =>
  [...standings.values()].flatMap((standing) => (standing.kind === 'value' ? [standing.mark] : []));

const mostAlike = (standings: ReadonlyMap<string, Standing<unknown>>): number => {
  const marks = marksIn(standings);
  return Math.max(0, ...marks.map((mark) => marks.filter((other) => other === mark).length));
};

/** null while it is open. `order`: the hosts, the first ones first, whether they were asked or not. */
const settle = <Value>(
  order: readonly string[],
  standings: ReadonlyMap<string, Standing<Value>>,
  enough: Figure<Value>['enough'],
): Word<Value> | null => {
  const marks = marksIn(standings);
  const inOrder = order.map((host) => standings.get(host));
  const alike = inOrder.find(
    (standing): standing is Word<Value> => standing?.kind === 'value' && marks.indexOf(standing.mark) !== marks.lastIndexOf(standing.mark),
  );
  if (alike !== undefined || enough === 'two') return alike ?? null;
  const decisive = inOrder.find((standing) => standing?.kind !== 'nothing');
  return decisive?.kind === 'value' ? decisive : null;
};
