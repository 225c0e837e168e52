import { html } from 'htm/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Vm } from '../../src/page/outputs.ts';
import { balanceAhead, Overview } from '../../src/page/overview.ts';
import { asNumber, lasting, readAt, shareOf, until, usdUntilEnd } from '../../src/page/words.ts';
import { crowdOf } from '../support/page/crowd.ts';
import { openDocument } from './document.ts';
import { drawn } from './page-of.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 30, 12);

describe('the balance ahead', () => {
  const vm = (name: string, hours: number, usdPerHour: string): Vm =>
    ({ name, expiresAt: new Date(start + hours * hour).toISOString(), usdPerHour }) as Vm;
  const ahead = (usd: string | null, usdPerHour: string, vms: Vm[]) =>
    balanceAhead({ usd, usdPerHour }, vms, start).map(({ at, usd: left, why }) => [(at - start) / hour, Number(left.toFixed(4)), why]);

  it('falls by what burns until each VM ends, and by what is left of the burn after that', () =>
    expect(ahead('10', '3', [vm('late', 2, '1'), vm('soon', 1, '1')])).toEqual([
      [0, 10, 'now'],
      [1, 7, 'soon ends'],
      [2, 5, 'late ends'],
      [7, 0, 'nothing is left'],
    ]));

  it('stays where nothing burns any more, and ends where nothing is left', () => {
    expect(ahead('10', '1', [vm('ci', 2, '1')])).toEqual([
      [0, 10, 'now'],
      [2, 8, 'ci ends'],
      [26, 8, 'a day later'],
    ]);
    expect(ahead('1', '2', [vm('ci', 2, '2'), vm('web', 3, '0')])).toEqual([
      [0, 1, 'now'],
      [0.5, 0, 'nothing is left'],
    ]);
  });

  it('is nothing where the balance was not read, and leaves out what is over or costs nothing', () => {
    expect(ahead(null, '1', [])).toEqual([]);
    expect(ahead('5', '0', [vm('gone', -1, '1'), vm('free', 1, '0')])).toEqual([
      [0, 5, 'now'],
      [24, 5, 'a day later'],
    ]);
  });
});

describe('words for figures', () => {
  beforeEach(() => void vi.useFakeTimers({ now: start }));
  afterEach(() => {
    readAt(new Date().toISOString());
    vi.useRealTimers();
  });

  it.each([
    [59, '0 m'],
    [3600, '1 h 0 m'],
    [86_399, '23 h 59 m'],
    [86_400 * 3 + 3600 * 4, '3 d 4 h'],
    [-90, '1 m'],
  ])('%d s are %s', (seconds, words) => expect(lasting(seconds)).toBe(words));

  it('a time is told by the program’s clock, where that is another one', () => {
    const end = new Date(start + 2 * hour).toISOString();
    expect(until(end)).toBe('in 2 h 0 m');
    readAt(new Date(start + 90_000).toISOString());
    expect(until(end)).toBe('in 2 h 0 m');
    readAt(new Date(start + 3 * hour).toISOString());
    expect(until(end)).toBe('1 h 0 m ago');
  });

  it('figures that grow old while a tab sleeps move no clock', () => {
    const { document, close } = openDocument();
    const place = document.querySelector<HTMLElement>('#page')!;
    const crowd = crowdOf({ vms: 1, agents: 0, days: 0, requests: 0, words: String, now: start });
    const status = { ...crowd.status!, usd: null, runwaySeconds: null };
    const end = new Date(start + 2 * hour).toISOString();
    const draw = (problem: string | null) => drawn(place, html`<${Overview} status=${status} problem=${problem} vms=${[]} waiting=${1}/>`);
    draw(null);
    vi.setSystemTime(start + 3 * hour);
    draw('The program does not answer.');
    expect(until(end)).toBe('1 h 0 m ago');
    close();
  });

  it('what a VM still costs is from now to its end, and nothing after it', () => {
    const vm = { usdPerHour: '0.5', expiresAt: new Date(start + 24 * hour).toISOString() };
    expect(usdUntilEnd(vm)).toBe('12.0000');
    vi.setSystemTime(start + 24 * hour - 60_000);
    expect(usdUntilEnd(vm)).toBe('0.0083');
    vi.setSystemTime(start + 25 * hour);
    expect(usdUntilEnd(vm)).toBe('0.0000');
  });

  it.each([
    ['2', 2],
    ['1.5', 1.5],
    ['two', 'two'],
    [' ', ' '],
  ])('"%s" goes as it was typed where it is no number', (typed, sent) => expect(asNumber(typed)).toBe(sent));

  it.each([
    [1, 4, 0.25],
    [5, 4, 1],
    [-1, 4, 0],
    [0, 0, 1],
  ])('%d of %d fill a bar to %d', (used, limit, share) => expect(shareOf(used, limit)).toBe(share));
});
