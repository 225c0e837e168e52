import { describe, expect, it } from 'vitest';
import { wordsOfAll } from '../../../../src/adapters/aleph/http/words-of-all.ts';
import { type Script, scriptOf, talkingHosts } from './talking-hosts.ts';

const world = (script: Script) => {
  const t = talkingHosts(script);
  const asked = async (): Promise<{ words: (string | null)[]; at: number }> => {
    const began = t.clock.now();
    const said = wordsOfAll<string>(t.ccn, { about: 'it', print: (value) => value, says: (value) => value, read: t.read });
    const words = (await t.clock.drive(said)).map(({ word }) => word);
    return { words, at: t.clock.now() - began };
  };
  return { ...t, wordsNow: asked };
};

const never = [null, ''] as const;

describe('R-10 every host is asked at once', () => {
  it.each<[string, Script, (string | null)[], number]>([
    ['and heard, whatever the others say alike', scriptOf([100, 'x'], [100, 'x'], [490, 'y']), ['x', 'x', 'y'], 490],
    ['but a third that hangs, where two say the same', scriptOf([0, 'x'], [0, 'x'], never), ['x', 'x', null], 500],
    ['whichever hangs', scriptOf(never, [0, 'x'], [10, 'x']), [null, 'x', 'x'], 500],
    ['and waited for three times as long as the first took', scriptOf([300, 'x'], [310, 'x'], never), ['x', 'x', null], 900],
    ['and the last is heard where the others differ', scriptOf([0, 'x'], [0, 'y'], [7000, 'x']), ['x', 'y', 'x'], 7000],
    ['and the last is heard where another has no word', scriptOf([0, 'x'], [0, null], [7000, 'x']), ['x', null, 'x'], 7000],
    ['and of two each is heard', scriptOf([0, 'x'], [7000, 'x']), ['x', 'x'], 7000],
    ['and one alone is heard', scriptOf([7000, 'x']), ['x'], 7000],
    [
      'and of four all but one: what any two have is not missed',
      scriptOf([0, 'x'], [0, 'x'], [7000, 'x'], never),
      ['x', 'x', 'x', null],
      7000,
    ],
  ])('%s', async (_what, script, words, at) => {
    expect(await world(script).wordsNow()).toEqual({ words, at });
  });

  it('one that was slow within the last minute is not waited for at all where the others say the same', async () => {
    const t = world(scriptOf([20, 'x'], [10, 'x'], never));
    expect((await t.wordsNow()).at).toBe(500);
    expect(await t.wordsNow()).toEqual({ words: ['x', 'x', null], at: 20 });
    await t.clock.drive(t.clock.wait(60_000));
    expect((await t.wordsNow()).at).toBe(500);
  });

  it('what fails at one fails', async () => {
    const t = world(scriptOf([0, 'x'], [0, 'x'], never));
    const said = wordsOfAll<string>(t.ccn, {
      about: 'it',
      print: String,
      says: String,
      read: (host, signal) => (host.includes('two') ? Promise.reject(new Error('a bug')) : t.read(host, signal)),
    });
    await expect(said).rejects.toThrow('a bug');
  });
});

describe('R-10 what is read on', () => {
  it('is told where it contradicts', async () => {
    const t = world(scriptOf([0, 'x'], [5000, 'y'], [0, 'x']));
    await t.wordsNow();
    expect(t.told).toEqual([]);
    await t.clock.drive(t.clock.wait(5000));
    expect(t.told).toEqual([
      'CCN host two.aleph.im contradicts one.aleph.im and three.aleph.im about it: y, where they say x. What they say counts.',
    ]);
  });

  it.each([
    ['the same word', [5000, 'x'] as const],
    ['no word', [5000, null] as const],
  ])('is not told where it is %s', async (_what, late) => {
    const t = world(scriptOf([0, 'x'], [0, 'x'], late));
    await t.wordsNow();
    await t.clock.drive(t.clock.wait(6000));
    expect(t.told).toEqual([]);
  });

  it('ends with the call: nothing of a hung one is left to keep a process', async () => {
    const t = world(scriptOf([0, 'x'], [0, 'x'], never));
    await t.wordsNow();
    expect(t.aborted).toEqual([]);
    t.over.abort();
    expect(t.aborted).toEqual(['three']);
    await t.clock.drive(t.clock.wait(1));
    expect(t.told).toEqual([]);
  });

  it('ends with a post: what is said after one may be newer, and contradicts nobody', async () => {
    const t = world(scriptOf([0, 'x'], [0, 'x'], [5000, 'x and what was posted']));
    await t.wordsNow();
    t.ccn.posting();
    await t.clock.drive(t.clock.wait(6000));
    expect([t.aborted, t.told]).toEqual([['three'], []]);
  });
});
