import { openCloud } from '../../../src/adapters/aleph/open-cloud.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { NetworkHosts } from '../../../src/ports/settings.ts';

export interface Asked {
  method: string;
  url: URL;
  body: string;
  headers: Headers;
  signal: AbortSignal;
}

export type Answers = (asked: Asked) => Response | Promise<Response> | undefined;

export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

export const text = (body: string, status = 200): Response => new Response(body, { status });

/** A fetch that asks `answers`; what it leaves out is 404 text, as the network has it. Every request is kept. */
export const fetchOf = (answers: Answers): { fetch: typeof globalThis.fetch; asked: Asked[] } => {
  const asked: Asked[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { method, headers } = request;
    // a request tells its own signal nothing more once it is garbage
    const signal = init?.signal ?? request.signal;
    const one = { method, url: new URL(request.url), body: await request.text(), headers, signal };
    asked.push(one);
    return (await answers(one)) ?? text('404: Not Found', 404);
  };
  return { fetch: fetch as typeof globalThis.fetch, asked };
};

/** A clock that a wait moves forward at once. */
export const jumpingClock = (start = Date.UTC(2026, 10, 20, 12)): Clock & { waited: number[] } => {
  let at = start;
  const waited: number[] = [];
  return {
    waited,
    now: () => at,
    wait: async (ms, signal) => {
      signal?.throwIfAborted();
      waited.push(ms);
      at += ms;
    },
  };
};

export const twoHosts: NetworkHosts = {
  ccn: ['https://one.aleph.im', 'https://two.aleph.im'],
  crnsList: 'https://list.aleph.im/crns.json',
  scheduler: 'https://scheduler.aleph.im',
  rpc: null,
  private: false,
  control: null,
};

/** The adapter over such a fetch. */
export const cloudOf = (answers: Answers, hosts: Partial<NetworkHosts> = {}, signal?: AbortSignal) => {
  const { fetch, asked } = fetchOf(answers);
  const clock = jumpingClock();
  const kept = new Map<string, { at: number; value: unknown }>();
  const cache = {
    read: (key: string, maxAgeMs: number) => {
      const found = kept.get(key);
      return found !== undefined && clock.now() - found.at <= maxAgeMs ? found : null;
    },
    write: (key: string, value: unknown) => void kept.set(key, { at: clock.now(), value: JSON.parse(JSON.stringify(value)) }),
  };
  const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };
  const cloud = openCloud({ network: 'mainnet', hosts: { ...twoHosts, ...hosts }, fetch, clock, random, cache, signal });
  return { cloud, asked, clock };
};
