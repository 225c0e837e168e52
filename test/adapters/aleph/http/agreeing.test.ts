import { describe, expect, it } from 'vitest';
import { type Agreement, agreeing, type Figure } from '../../../../src/adapters/aleph/http/agreeing.ts';
import { type Script, scriptOf, talkingHosts } from './talking-hosts.ts';

const world = (script: Script) => {
  const t = talkingHosts(script);
  const { clock, ccn, read } = t;
  const settled = async (enough: Figure<string>['enough']): Promise<{ found: Agreement<string>; at: number }> => {
    const began = clock.now();
    const found = await clock.drive(agreeing<string>(ccn, { about: 'it', print: (value) => value, says: (value) => value, read, enough }));
    return { found, at: clock.now() - began };
  };
  return { ...t, settled };
};

describe('R-10 the next host is asked', () => {
  it.each<[string, Script, Figure<string>['enough'], string, number]>([
    ['never while two agree in time', scriptOf([100, 'x'], [490, 'x'], [0, 'x']), 'two', 'one 0, two 0', 490],
    ['after 500 ms at least', scriptOf([0, 'x'], [null, ''], [10, 'x']), 'two', 'one 0, two 0, three 500', 510],
    ['after three times what the first took', scriptOf([300, 'x'], [null, ''], [0, 'x']), 'two', 'one 0, two 0, three 900', 900],
    [
      'one at a time',
      scriptOf([0, 'x'], [null, ''], [null, ''], [null, ''], [0, 'x']),
      'two',
      'one 0, two 0, three 500, four 1000, five 1500',
      1500,
    ],
    ['at once where one has no word', scriptOf([5, null], [50, 'x'], [50, 'x']), 'two', 'one 0, two 0, three 5', 55],
    [
      'after 1.5 s where nobody has answered',
      scriptOf([null, ''], [null, ''], [10, 'x'], [0, 'x']),
      'two',
      'one 0, two 0, three 1500, four 1510',
      1510,
    ],
    [
      'in place of a slow first, until two agree',
      scriptOf([null, ''], [10, 'x'], [10, 'x']),
      'the first',
      'one 0, two 1500, three 1510',
      1520,
    ],
    ['of two hosts never', scriptOf([0, 'x'], [9000, 'x']), 'two', 'one 0, two 0', 9000],
    ['of two hosts never where the first is enough', scriptOf([9000, 'x'], [0, 'x']), 'the first', 'one 0', 9000],
  ])('%s', async (_when, script, enough, asked, at) => {
    const t = world(script);
    expect(await t.settled(enough)).toEqual({ found: { kind: 'settled', value: 'x' }, at });
    expect(t.asked.map((one) => one.join(' ')).join(', ')).toBe(asked);
  });
});

describe('R-10 a host that was passed over has said nothing', () => {
  it.each<[string, Script, Figure<string>['enough'], Agreement<string>, number]>([
    [
      'the only other word does not take its place',
      scriptOf([9000, 'x'], [0, 'y'], [0, null]),
      'the first',
      { kind: 'settled', value: 'x' },
      9000,
    ],
    [
      'where it has none, the next in order counts',
      scriptOf([9000, null], [0, 'y'], [0, 'z']),
      'the first',
      { kind: 'settled', value: 'y' },
      9000,
    ],
    [
      'that nobody has a word is known once it was heard',
      scriptOf([9000, null], [0, null], [0, null]),
      'the first',
      { kind: 'open', answered: 0 },
      9000,
    ],
    ['that no two agree is known once it was heard', scriptOf([9000, 'x'], [0, 'y'], [0, 'z']), 'two', { kind: 'open', answered: 3 }, 9000],
    ['two that differ wait for it', scriptOf([9000, 'y'], [0, 'y'], [0, 'z']), 'two', { kind: 'settled', value: 'y' }, 9000],
    ['of two hosts it is waited for', scriptOf([0, 'x'], [9000, 'x']), 'two', { kind: 'settled', value: 'x' }, 9000],
    ['of two hosts the first, too', scriptOf([9000, 'x'], [0, 'y']), 'the first', { kind: 'settled', value: 'x' }, 9000],
  ])('%s', async (_what, script, enough, found, at) => {
    expect(await world(script).settled(enough)).toEqual({ found, at });
  });

  it('is asked last for a minute, in which one word in its place is not enough', async () => {
    const script: Record<string, [number | null, string | null]> = { one: [null, ''], two: [10, 'x'], three: [10, 'x'] };
    const t = world(script);
    await t.settled('the first');
    t.asked.length = 0;
    expect((await t.settled('the first')).at).toBe(10);
    expect(t.asked).toEqual([
      ['two', 1520],
      ['three', 1520],
    ]);
    t.asked.length = 0;
    script['two'] = [0, 'y'];
    script['one'] = [700, 'x'];
    expect(await t.settled('the first')).toEqual({ found: { kind: 'settled', value: 'x' }, at: 710 });
    expect(t.asked.map(([host]) => host)).toEqual(['two', 'three', 'one']);
    await t.clock.drive(t.clock.wait(60_000));
    t.asked.length = 0;
    expect((await t.settled('the first')).at).toBe(700);
    expect(t.asked.map(([host]) => host)).toEqual(['one']);
  });

  it.each([-3_600_000, 3_600_000])('a clock that is turned by %i ms meanwhile settles nothing, and holds nothing up', async (byMs) => {
    const t = world(scriptOf([20, 'x'], [null, ''], [0, 'x']));
    t.clock.at(10, () => t.turn(() => t.clock.now() + byMs));
    const { found, at } = await t.settled('two');
    expect(found).toEqual({ kind: 'settled', value: 'x' });
    expect(at).toBeLessThanOrEqual(20 + 10_000);
  });
});

describe('R-10 what is read on', () => {
  it('is told where it contradicts, and ends with the call', async () => {
    const t = world(scriptOf([0, 'x'], [5000, 'y'], [0, 'x'], [0, 'z']));
    await t.settled('two');
    expect(t.told).toEqual([]);
    await t.clock.drive(t.clock.wait(5000));
    expect(t.told).toEqual([
      'CCN host two.aleph.im contradicts one.aleph.im and three.aleph.im about it: y, where they say x. What they say counts.',
    ]);
    t.over.abort();
    expect(t.aborted).toEqual([]);
  });

  it('of a hung one nothing is left after the call, and nobody hears of it', async () => {
    const t = world(scriptOf([0, 'x'], [null, ''], [0, 'x']));
    await t.settled('two');
    expect(t.aborted).toEqual([]);
    t.over.abort();
    expect(t.aborted).toEqual(['two']);
    await t.clock.drive(t.clock.wait(1));
    expect(t.told).toEqual([]);
  });

  it('no reading is ended that somebody waits for', async () => {
    const t = world(scriptOf([0, 'x'], [500, 'x']));
    const waiting = t.settled('two');
    t.over.abort();
    expect((await waiting).found).toEqual({ kind: 'settled', value: 'x' });
    expect(t.aborted).toEqual([]);
  });
});
