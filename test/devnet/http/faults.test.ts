import { describe, expect, it } from 'vitest';
import { scaled } from '../../../src/devnet/http/byzantine-body.ts';
import { ConnectionDropped } from '../../../src/devnet/http/connection-dropped.ts';
import { createApp } from '../../../src/devnet/http/create-app.ts';
import type { NewFault } from '../../../src/devnet/http/fault.ts';
import { createFaults } from '../../../src/devnet/http/faults.ts';
import { parseFault } from '../../../src/devnet/http/parse-fault.ts';
import { createClock } from '../../../src/devnet/world/clock.ts';
import { createRandom } from '../../../src/devnet/world/random.ts';

const bench = (...faulty: NewFault[]) => {
  const clock = createClock(0);
  const faults = createFaults(createRandom(1));
  for (const fault of faulty) faults.add(fault);
  const app = createApp('ccn-a', { clock, faults });
  const effects: string[] = [];
  app.get('/things', (c) => {
    effects.push('read');
    return c.json({ name: 'thing', count: 3, list: ['x'], on: true, none: null });
  });
  app.post('/things', (c) => {
    effects.push('written');
    return c.json({ ok: true });
  });
  const ask = (method = 'GET', path = '/things') => clock.drive(Promise.resolve(app.request(path, { method })));
  return { clock, faults, effects, ask };
};

describe('HTTP faults', () => {
  it('latency takes time of the devnet, as often as it was told to', async () => {
    const { ask, clock } = bench({ target: 'ccn', kind: 'latency', ms: 500, times: 1 });
    await ask();
    expect(clock.now()).toBe(500);
    await ask();
    expect(clock.now()).toBe(500);
  });

  it('a fault can begin after some requests', async () => {
    const { ask } = bench(parseFault(['ccn-a', 'status', '422', 'after=2', 'times=1']));
    const statuses = [];
    for (let asked = 0; asked < 4; asked += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 200, 422, 200]);
  });

  it('a status comes with Retry-After and keeps the handler out', async () => {
    const { ask, effects } = bench({ target: 'ccn-a', kind: 'status', status: 429, retryAfter: 2, method: 'POST' });
    const answer = await ask('POST');
    expect([answer.status, answer.headers.get('retry-after'), effects]).toEqual([429, '2', []]);
    expect((await ask()).status).toBe(200);
  });

  it.each([
    ['drop-before', []],
    ['drop-after-effect', ['written']],
  ] as const)('%s breaks the connection', async (kind, done) => {
    const { ask, effects } = bench({ target: 'ccn-a', kind });
    await expect(ask('POST')).rejects.toBeInstanceOf(ConnectionDropped);
    expect(effects).toEqual(done);
  });

  it('wrong types keep the keys and nothing else', async () => {
    const answer = await bench({ target: 'ccn-a', kind: 'wrong-types' }).ask();
    expect(await answer.json()).toEqual({ name: 5, count: '3 or so', list: { 0: 1 }, on: 'yes', none: null });
  });

  it('scaled is so many times as much of every number, also where it is text', async () => {
    const answer = await bench(parseFault(['ccn-a', 'scaled', '0.5', 'path=/things'])).ask();
    expect(await answer.json()).toEqual({ name: 'thing', count: 1.5, list: ['x'], on: true, none: null });
    for (const word of ['0', '-1', 'much', '1e9']) expect(() => parseFault(['ccn-a', 'scaled', word])).toThrow(/is no factor/);
    expect(scaled({ price: '0.30', id: '0x12', deep: [{ n: 4 }] }, 0.1)).toEqual({ price: '0.03', id: '0x12', deep: [{ n: 0.4 }] });
  });

  it('escapes get into names, whole JSON otherwise', async () => {
    const answer = await bench({ target: 'ccn-a', kind: 'escapes-in-names' }).ask();
    const { name, list } = (await answer.json()) as { name: string; list: string[] };
    expect(name).toContain('\u001b]0;owned\u0007');
    expect(list).toEqual(['x']);
  });

  it('a huge body is huge', async () => {
    const answer = await bench({ target: 'ccn-a', kind: 'huge-body' }).ask();
    let bytes = 0;
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
    expect(bytes).toBe(64 * 1024 * 1024);
  });

  it('an endless body drips and never ends', async () => {
    const { ask, clock } = bench({ target: 'ccn-a', kind: 'endless-body' });
    const reader = (await ask()).body?.getReader();
    for (let i = 0; i < 50; i++) expect((await clock.drive(Promise.resolve(reader?.read())))?.done).toBe(false);
    expect(clock.now()).toBeGreaterThanOrEqual(50_000);
    await reader?.cancel();
  });

  it.each([
    ['another host', { target: 'ccn-b', kind: 'drop-before' }],
    ['another path', { target: 'ccn-a', kind: 'drop-before', path: '/other' }],
    ['a pattern that does not fit', { target: 'ccn-a', kind: 'drop-before', path: '/^/other/' }],
    ['nodes', { target: 'crn', kind: 'drop-before' }],
  ] as [string, NewFault][])('one aimed at %s does not strike', async (_name, fault) => {
    expect((await bench(fault).ask()).status).toBe(200);
  });

  it('with a chance strike some of the time, the same for the same seed', async () => {
    const run = async (): Promise<string> => {
      const { ask } = bench({ target: 'ccn-a', kind: 'status', status: 503, chance: 0.5 });
      let line = '';
      for (let i = 0; i < 40; i++) line += (await ask()).status === 503 ? 'x' : '.';
      return line;
    };
    const first = await run();
    expect(first).toMatch(/x.*\.|\..*x/);
    expect(await run()).toBe(first);
  });
});

describe('a fault in words', () => {
  it.each([
    ['ccn-a latency 500ms', { target: 'ccn-a', kind: 'latency', ms: 500 }],
    [
      'ccn status 429 retry-after=2 times=3 path=/api/v0/messages method=post',
      { target: 'ccn', kind: 'status', status: 429, retryAfter: 2, times: 3, path: '/api/v0/messages', method: 'POST' },
    ],
    ['crn-3 dead', { target: 'crn-3', kind: 'dead' }],
    ['ccn-b propagation 1.5m chance=0.25', { target: 'ccn-b', kind: 'propagation', ms: 90_000, chance: 0.25 }],
  ])('%s', (line, fault) => {
    expect(parseFault(line.split(' '))).toEqual(fault);
  });

  it.each([
    ['', 'no target'],
    ['moon dead', '"moon" is no target'],
    ['ccn explode', '"explode" is no kind of fault'],
    ['ccn latency soon', '"soon" is no duration'],
    ['ccn status 200', '"200" is no HTTP status'],
    ['crn-1 dead 5', '"5" is one word too many'],
    ['ccn drop-before color=red', '"color=red" is no option'],
    ['ccn drop-before chance=2', '"2" is no chance'],
    ['ccn drop-before times=0', '"0" is no number of times'],
  ])('"%s" is refused with the word and what would be right', (line, message) => {
    expect(() => parseFault(line.split(' ').filter(Boolean))).toThrow(message);
  });
});

describe('the list of faults', () => {
  it('shows, removes and clears them', () => {
    const { faults } = bench({ target: 'ccn', kind: 'latency', ms: 1 }, { target: 'crn-1', kind: 'dead' });
    expect(faults.list().map((fault) => fault.id)).toEqual(['f1', 'f2']);
    expect(faults.holds('crn-1', 'dead')?.id).toBe('f2');
    expect(faults.holds('crn-2', 'dead')).toBeNull();
    expect([faults.remove('f1'), faults.remove('f1')]).toEqual([true, false]);
    faults.clear();
    expect(faults.list()).toEqual([]);
  });
});
