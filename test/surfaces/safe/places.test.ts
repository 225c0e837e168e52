import { describe, expect, it } from 'vitest';
import { knownCalls } from '../../../src/surfaces/safe/known-calls.ts';
import { minuteLimit, places } from '../../../src/surfaces/safe/places.ts';

/** Time that passes when the test says so. */
const timer = () => {
  let passed = (): void => {};
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      passed = resolve;
    });
  return { pause, pass: () => passed() };
};

describe('places for calls', () => {
  it('an agent has so many at once, and queues for the next', async () => {
    const { pause } = timer();
    const calls = places({ each: 2, all: 10, queueMs: 1, pause });
    const [one, two] = [await calls.take('ci'), await calls.take('ci')];
    expect([one, two]).not.toContain(null);
    const third = calls.take('ci');
    expect(calls.taken()).toBe(2);
    one!();
    one!();
    expect(await third).not.toBeNull();
    expect(calls.taken()).toBe(2);
  });

  it('who gets no place in time is told so', async () => {
    const { pause, pass } = timer();
    const calls = places({ each: 1, all: 10, queueMs: 1, pause });
    const first = await calls.take('ci');
    const late = calls.take('ci');
    pass();
    expect(await late).toBeNull();
    first!();
    expect(calls.taken()).toBe(0);
  });

  it('an agent that floods keeps nobody else out: who has fewest is let in first', async () => {
    const { pause } = timer();
    const calls = places({ each: 4, all: 4, queueMs: 1, pause });
    const held = await Promise.all([1, 2, 3, 4].map(() => calls.take('flood')));
    const more = [1, 2, 3].map(() => calls.take('flood'));
    const other = calls.take('quiet');
    held[0]!();
    expect(await other).not.toBeNull();
    held[1]!();
    expect(await Promise.race([...more, Promise.resolve('none')])).not.toBe('none');
  });

  it('an agent whose own queue is full is refused at once', async () => {
    const { pause } = timer();
    const calls = places({ each: 2, all: 2, queueMs: 1, pause });
    for (let count = 0; count < 2; count += 1) await calls.take('ci');
    void calls.take('ci');
    void calls.take('ci');
    expect(await calls.take('ci')).toBeNull();
  });
});

it('so many calls a minute, and then the seconds until the next', () => {
  let now = 0;
  const limit = minuteLimit(2, () => now);
  expect([limit('ci'), limit('ci')]).toEqual([0, 0]);
  now = 10_000;
  expect(limit('ci')).toBe(50);
  expect(limit('ops')).toBe(0);
  now = 60_001;
  expect(limit('ci')).toBe(0);
});

/** Answers are texts; the call that was turned away answered nothing. */
const answers = (now: () => number) => knownCalls<string>({ now, sizeOf: ({ length }) => length, hasRun: (answer) => answer !== '' });

describe('a call that is made again', () => {
  it('joins the one under way, gets its answer for ten minutes, and never runs twice', async () => {
    let now = 0;
    let made = 0;
    const known = answers(() => now);
    const make = async (): Promise<string> => {
      made += 1;
      return `${made}`;
    };
    const call = () => known.find('ci', 'id-1', 'a', make);
    expect(await Promise.all([call(), call()])).toEqual(['1', '1']);
    now = 600_000;
    known.sweep();
    expect(await call()).toBe('1');
    now = 600_001;
    expect(await call()).toBe('2');
    // as many as an agent may make in ten minutes
    for (let count = 0; count < 1200; count += 1) await known.find('ci', `other-${count}`, 'a', async () => 'x');
    expect(await call()).toBe('2');
    now = 1_300_000;
    known.sweep();
    expect(await call()).toBe('3');
  });

  it('is nobody else’s, and no other call', async () => {
    const known = answers(() => 0);
    expect(await known.find('ci', 'id-1', 'a', async () => 'ci')).toBe('ci');
    expect(await known.find('ops', 'id-1', 'a', async () => 'ops')).toBe('ops');
    expect(known.find('ci', 'id-1', 'b', async () => 'other')).toBe('another');
  });

  it('runs where it was turned away before', async () => {
    const known = answers(() => 0);
    expect(await known.find('ci', 'id-1', 'a', async () => '')).toBe('');
    expect(await known.find('ci', 'id-1', 'a', async () => 'made')).toBe('made');
  });

  it('never runs again, either, where its answer took too much room', async () => {
    const known = answers(() => 0);
    const large = 'x'.repeat(200 * 1024);
    for (const id of ['id-1', 'id-2']) await known.find('ci', id, 'a', async () => large);
    await known.find('ops', 'id-1', 'a', async () => large);
    const again = (agent: string, id: string) =>
      known.find(agent, id, 'a', async () => {
        throw new Error('it ran twice');
      });
    expect([again('ci', 'id-1'), await again('ci', 'id-2'), await again('ops', 'id-1')]).toEqual(['dropped', large, large]);
  });
});
