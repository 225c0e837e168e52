import type * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Random } from '../../../ports/random.ts';
import { agreeing, type Figure } from './agreeing.ts';
import type { Told } from './contradiction.ts';
import type { Ask, Patience, Question } from './http.ts';
import { type Reading, readJson } from './read-json.ts';

export interface ReadOptions extends Question {
  /** Statuses that are an answer, not a fault: the network's way of saying that there is nothing. Give null. */
  nothing?: readonly number[];
}

/** Reads from the configured CCN hosts. */
export interface CcnHosts {
  /** Distinct, without a trailing slash, in configured order. */
  readonly hosts: readonly string[];
  /** The same, those last that kept silent a moment ago. */
  inOrder(): string[];
  ask: Ask;
  /** One host; a fault that passes is tried once more after a moment. */
  from<Shape extends z.ZodType>(host: string, path: string, shape: Shape, options?: ReadOptions): Promise<Reading<z.output<Shape>>>;
  /** The first host with a usable answer, or two alike where it is slow. `NETWORK_UNAVAILABLE`, `NETWORK_ANSWER_INVALID` when none has. */
  first<Shape extends z.ZodType>(
    path: string,
    shape: Shape,
    options?: ReadOptions,
    told?: Told<z.output<Shape> | null>,
  ): Promise<z.output<Shape> | null>;
  /**
   * Several reads that belong together, all from one host; fails over as a whole where `read` gives a reading that is no value. Only of
   * what is `told` a slow host is passed over: anything else each host is waited for in turn.
   */
  whole<Value>(path: string, read: WholeRead<Value>, told?: Told<Value>): Promise<Value>;
  readonly patience: Patience;
  /** It was passed over within the last minute. That says nothing about what it has. */
  isSlow(host: string): boolean;
  /** The same hosts, those last that are slow. */
  slowLast(hosts: readonly string[]): string[];
  passOver(host: string): void;
  /** Tells of a host that contradicts what was settled without it. */
  contradicted(says: string): void;
  /** Ends a reading that nobody waits for with the call, or with the next post where `untilPost`, unless it is done before. */
  readOn(reading: AbortController, done: Promise<void>, untilPost?: boolean): void;
  /** A message is posted: what a host says from now on may be newer than what others said, and contradicts nobody. */
  posting(): void;
}

/** Which hosts kept silent or were slow, and when. Whoever shares it learns from each other which to ask last. */
export interface HostNotes {
  silentSince: Map<string, number>;
  slowSince: Map<string, number>;
}

export const hostNotes = (): HostNotes => ({ silentSince: new Map(), slowSince: new Map() });

type WholeRead<Value> = (host: string, signal?: AbortSignal) => Promise<Reading<Value>>;

const longestRetryAfterMs = 3_000;
const silentForMs = 60_000;
const silentTimeoutMs = 3_000;
const slowForMs = 60_000;

const passes = (reading: Reading<unknown>): boolean =>
  (reading.kind === 'silent' && reading.why === 'unreachable') ||
  (reading.kind === 'status' && (reading.status === 429 || reading.status >= 500));

export const ccnHosts = (setup: {
  urls: readonly string[];
  ask: Ask;
  clock: Clock;
  random: Random;
  patience: Patience;
  contradicted: (says: string) => void;
  signal?: AbortSignal | undefined;
  over?: AbortSignal | undefined;
  notes?: HostNotes | undefined;
}): CcnHosts => {
  const { ask, clock, random, patience, contradicted, signal, over, notes } = setup;
  const hosts = [...new Set(setup.urls.map((url) => url.replace(/\/+$/, '')))];
  const { silentSince, slowSince } = notes ?? hostNotes();
  const readOn = new Set<AbortController>();
  const untilNextPost = new Set<AbortController>();
  const end = (readings: ReadonlySet<AbortController>): void => {
    for (const reading of readings) reading.abort();
  };
  over?.addEventListener('abort', () => end(readOn), { once: true });

  const wasSilent = (host: string) => clock.now() - (silentSince.get(host) ?? Number.NEGATIVE_INFINITY) < silentForMs;
  const isSlow = (host: string) => patience.now() - (slowSince.get(host) ?? Number.NEGATIVE_INFINITY) < slowForMs;
  const inOrder = () => [...hosts.filter((host) => !wasSilent(host)), ...hosts.filter(wasSilent)];

  const from: CcnHosts['from'] = async (host, path, shape, options = {}) => {
    // One that kept silent a moment ago must not hold up the others again.
    const question = wasSilent(host) ? { ...options, timeoutMs: Math.min(options.timeoutMs ?? silentTimeoutMs, silentTimeoutMs) } : options;
    const once = async () => readJson(await ask(`${host}${path}`, question), shape);
    let reading = await once();
    if (passes(reading)) {
      const asked = reading.kind === 'status' ? reading.retryAfterMs : null;
      if ((asked ?? 0) <= longestRetryAfterMs) {
        const ends = [signal, options.signal].filter((one) => one !== undefined);
        await clock.wait(Math.max(asked ?? 0, Math.ceil(random.fraction() * 400)), ends.length > 1 ? AbortSignal.any(ends) : ends[0]);
        reading = await once();
      }
    }
    if (reading.kind === 'silent') silentSince.set(host, clock.now());
    else silentSince.delete(host);
    return reading;
  };

  const whole: CcnHosts['whole'] = async <Value>(path: string, read: WholeRead<Value>, told?: Told<Value>): Promise<Value> => {
    const failed: string[] = [];
    let invalid = false;
    const word = async (host: string, until?: AbortSignal): Promise<{ value: Value } | null> => {
      const reading = await read(host, until);
      if (reading.kind === 'value') return { value: reading.value };
      invalid ||= reading.kind === 'invalid' || (reading.kind === 'status' && reading.status < 500 && reading.status !== 429);
      failed.push(`${new URL(host).host}: ${outcomeOf(reading)}`);
      return null;
    };
    const found = told === undefined ? await inTurn(inOrder(), word) : await byAgreement(told, word);
    if (found !== null) return found.value;
    const facts = { path: path.split('?')[0], hosts: failed };
    if (invalid)
      throw new Failure('NETWORK_ANSWER_INVALID', `No CCN host gave a usable answer to ${facts.path} (${failed.join(', ')}).`, { facts });
    throw new Failure('NETWORK_UNAVAILABLE', `No CCN host answers ${facts.path} (${failed.join(', ')}).`, { facts });
  };

  const byAgreement = async <Value>(told: Told<Value>, read: Figure<{ value: Value }>['read']) => {
    const found = await agreeing<{ value: Value }>(ccn, {
      about: told.about,
      print: ({ value }) => told.print(value),
      says: ({ value }) => told.says(value),
      read,
      enough: 'the first',
    });
    return found.kind === 'settled' ? found.value : null;
  };

  const ccn: CcnHosts = {
    hosts,
    inOrder,
    ask,
    from,
    whole,
    first: async <Shape extends z.ZodType>(
      path: string,
      shape: Shape,
      options: ReadOptions = {},
      told?: Told<z.output<Shape> | null>,
    ): Promise<z.output<Shape> | null> => {
      const read: WholeRead<z.output<Shape> | null> = async (host, until) => {
        const reading = await from(host, path, shape, until === undefined ? options : { ...options, signal: until });
        const nothing = reading.kind === 'status' && (options.nothing ?? []).includes(reading.status);
        return nothing ? { kind: 'value', value: null, headers: new Headers() } : reading;
      };
      return whole(path, read, told);
    },
    patience,
    isSlow,
    slowLast: (order) => [...order.filter((host) => !isSlow(host)), ...order.filter(isSlow)],
    passOver: (host) => void slowSince.set(host, patience.now()),
    contradicted,
    readOn: (reading, done, untilPost = false) => {
      const kept = untilPost ? [readOn, untilNextPost] : [readOn];
      for (const readings of kept) readings.add(reading);
      void done.then(() => {
        for (const readings of kept) readings.delete(reading);
      });
      if (over?.aborted) reading.abort();
    },
    posting: () => end(untilNextPost),
  };
  return ccn;
};

/** The first word in order, each host being waited for; null where none has one. */
const inTurn = async <Word>(hosts: readonly string[], read: (host: string) => Promise<Word | null>): Promise<Word | null> => {
  for (const host of hosts) {
    const word = await read(host);
    if (word !== null) return word;
  }
  return null;
};

/** What became of one request, in words. */
export const outcomeOf = (reading: Reading<unknown>): string => {
  if (reading.kind === 'status') return `HTTP ${reading.status}`;
  if (reading.kind === 'silent') return reading.why === 'timeout' ? 'no answer in time' : 'unreachable';
  return 'an answer of another shape';
};
