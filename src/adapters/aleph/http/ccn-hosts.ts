import type * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Random } from '../../../ports/random.ts';
import type { Ask, Question } from './http.ts';
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
  /** The first host with a usable answer. `NETWORK_UNAVAILABLE`, `NETWORK_ANSWER_INVALID` when none has. */
  first<Shape extends z.ZodType>(path: string, shape: Shape, options?: ReadOptions): Promise<z.output<Shape> | null>;
  /** Several reads that belong together, all from one host; fails over as a whole where `read` gives a reading that is no value. */
  whole<Value>(path: string, read: (host: string) => Promise<Reading<Value>>): Promise<Value>;
}

const longestRetryAfterMs = 3_000;
const silentForMs = 60_000;
const silentTimeoutMs = 3_000;

const passes = (reading: Reading<unknown>): boolean =>
  (reading.kind === 'silent' && reading.why === 'unreachable') ||
  (reading.kind === 'status' && (reading.status === 429 || reading.status >= 500));

export const ccnHosts = (setup: {
  urls: readonly string[];
  ask: Ask;
  clock: Clock;
  random: Random;
  signal?: AbortSignal | undefined;
}): CcnHosts => {
  const { ask, clock, random, signal } = setup;
  const hosts = [...new Set(setup.urls.map((url) => url.replace(/\/+$/, '')))];
  const silentSince = new Map<string, number>();

  const wasSilent = (host: string) => clock.now() - (silentSince.get(host) ?? Number.NEGATIVE_INFINITY) < silentForMs;
  const inOrder = () => [...hosts.filter((host) => !wasSilent(host)), ...hosts.filter(wasSilent)];

  const from: CcnHosts['from'] = async (host, path, shape, options = {}) => {
    // One that kept silent a moment ago must not hold up the others again.
    const question = wasSilent(host) ? { ...options, timeoutMs: Math.min(options.timeoutMs ?? silentTimeoutMs, silentTimeoutMs) } : options;
    const once = async () => readJson(await ask(`${host}${path}`, question), shape);
    let reading = await once();
    if (passes(reading)) {
      const asked = reading.kind === 'status' ? reading.retryAfterMs : null;
      if ((asked ?? 0) <= longestRetryAfterMs) {
        await clock.wait(Math.max(asked ?? 0, Math.ceil(random.fraction() * 400)), signal);
        reading = await once();
      }
    }
    if (reading.kind === 'silent') silentSince.set(host, clock.now());
    else silentSince.delete(host);
    return reading;
  };

  const whole: CcnHosts['whole'] = async (path, read) => {
    const failed: string[] = [];
    let invalid = false;
    for (const host of inOrder()) {
      const reading = await read(host);
      if (reading.kind === 'value') return reading.value;
      invalid ||= reading.kind === 'invalid' || (reading.kind === 'status' && reading.status < 500 && reading.status !== 429);
      failed.push(`${new URL(host).host}: ${outcomeOf(reading)}`);
    }
    const facts = { path: path.split('?')[0], hosts: failed };
    if (invalid)
      throw new Failure('NETWORK_ANSWER_INVALID', `No CCN host gave a usable answer to ${facts.path} (${failed.join(', ')}).`, { facts });
    throw new Failure('NETWORK_UNAVAILABLE', `No CCN host answers ${facts.path} (${failed.join(', ')}).`, { facts });
  };

  return {
    hosts,
    inOrder,
    ask,
    from,
    whole,
    first: async (path, shape, options = {}) =>
      whole<unknown>(path, async (host) => {
        const reading = await from(host, path, shape, options);
        const nothing = reading.kind === 'status' && (options.nothing ?? []).includes(reading.status);
        return nothing ? { kind: 'value', value: null, headers: new Headers() } : reading;
      }) as Promise<z.output<typeof shape> | null>,
  };
};

/** What became of one request, in words. */
export const outcomeOf = (reading: Reading<unknown>): string => {
  if (reading.kind === 'status') return `HTTP ${reading.status}`;
  if (reading.kind === 'silent') return reading.why === 'timeout' ? 'no answer in time' : 'unreachable';
  return 'an answer of another shape';
};
